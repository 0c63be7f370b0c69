"""Transfer encodings, undone chunk by chunk and as forgiving as can be: every byte that can be told is told."""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")


def decoded(encoding, chunks):
    """The bytes behind ``chunks``, which are in ``encoding`` (a header's word in small letters)."""
    return _DECODERS.get(encoding, iter)(chunks)


def from_base64(chunks):
    """Base64 with anything between; padding in the middle begins anew."""
    rest = b""
    for chunk in chunks:
        *whole, rest = re.split(rb"=+", rest + _NOT_BASE64.sub(b"", chunk))
        for piece in whole:
            yield _base64(piece)
        keep = len(rest) % 4
        yield _base64(rest[: len(rest) - keep])
        rest = rest[len(rest) - keep :]
    yield _base64(rest)


def _base64(piece):
    """As many bytes as ``piece`` holds; a lone last letter holds none."""
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)) if piece else b""


def from_quoted_printable(chunks):
    """Quoted-printable, a whole line at a time."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        end = rest.rfind(b"\n") + 1
        if not end and len(rest) > 1_000_000:
            end = len(rest) - 2  # one line of a million letters: cut, but never inside “=E9”
        yield binascii.a2b_qp(rest[:end])
        rest = rest[end:]
    yield binascii.a2b_qp(rest)


def from_uu(chunks):
    """Unix-to-Unix encoding, from its “begin” to its “end”."""
    is_inside, rest = False, b""
    for chunk in (*chunks, b"\n"):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            if not is_inside:
                is_inside = line.startswith(b"begin ")
            elif line.rstrip() == b"end":
                is_inside = False
            else:
                yield uu_line(line.rstrip(b"\r"))


def uu_line(line):
    """The bytes of one line; what some encoders put behind it does not count."""
    if not line.strip():
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = ((line[0] - 32) & 63) * 4 // 3 + 5
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""


_DECODERS = {
    "base64": from_base64,
    "quoted-printable": from_quoted_printable,
    "x-uuencode": from_uu,
    "x-uue": from_uu,
    "uuencode": from_uu,
}
