"""Text out of bytes, whatever charset they claim."""

import codecs
import re

# What mails say, and what they mean: the larger set of which the named one is a part, as browsers read it.
_MEANT = {
    "us-ascii": "", "ascii": "", "ansi_x3.4-1968": "", "unknown-8bit": "", "x-unknown": "", "default": "", "8bit": "",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso_8859-1": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cn-gb": "gb18030",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949", "euc-kr": "cp949", "x-euc-kr": "cp949",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext", "x-euc-jp": "euc_jp", "big5": "cp950",
    "x-big5": "cp950", "big5-hkscs": "big5hkscs", "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6", "iso-8859-6-e": "iso8859-6", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
    "tis-620": "cp874", "windows-874": "cp874", "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8", "x-utf-8": "utf-8", "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic", "windows-1252http-equivcontent-type": "cp1252",
}  # fmt: skip
# Codecs of Python that are no charsets of mail.
_NONE = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "charmap"}
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_LEADS = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def codec_of(charset):
    """Python's codec for ``charset``, or None for one that says nothing or is unknown."""
    name = charset.strip().strip("\"'").lower()
    name = _MEANT.get(name, name)
    if re.fullmatch(r"(cp|windows|ibm|x-cp)[-_ ]?\d+", name):
        name = f"cp{re.sub(r'\D', '', name)}"
    try:
        found = codecs.lookup(name) if name and name.isprintable() else None
    except (LookupError, ValueError):
        return None
    return found.name if found and found._is_text_encoding and found.name.replace("-", "_") not in _NONE else None


def to_text(content, charset=""):
    """``content`` (bytes) as text. A wrong, missing or unknown ``charset`` leads to the likeliest one. Never raises."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    codec = codec_of(charset)
    if codec in (None, "utf-8", "ascii") or _is_wide(codec, content):
        return _guessed(content)
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError):
        if codec.startswith("cp125"):
            return content.decode("latin-1")
        text = content.decode(codec, "replace")
        return text if text.count("\ufffd") <= max(3, len(text) // 20) else _guessed(content)


def charset_of_html(content):
    """The charset that an HTML document names itself, or nothing."""
    found = _META.search(content[:4096])
    return found[1].decode("ascii") if found else ""


def _is_wide(codec, content):
    """Whether a two-byte charset is claimed for what is none."""
    return codec.startswith(("utf-16", "utf-32")) and b"\0" not in content


def _guessed(content):
    try:
        return content.decode("utf-8") if b"\x1b$" not in content else content.decode("iso2022_jp_ext")
    except UnicodeError:
        pass
    text = content.decode("utf-8", "replace")
    if len(_LEADS.findall(content)) >= text.count("\ufffd"):  # UTF-8 with a few broken letters
        return text
    return (
        content.decode("cp1252", "replace")
        if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", content)
        else content.decode("latin-1")
    )
