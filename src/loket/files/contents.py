"""What a file is, told from its bytes and never from what its sender says."""

from puremagic.main import PureError, identify_all

from loket.guard.names import file_name

UNKNOWN = "application/octet-stream"
RASTERS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP", "image/bmp": "BMP"}
_SIGNATURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/bmp": b"BM",
    "application/pdf": b"%PDF-",
}
# Only these are ever told to a browser. Anything else, HTML and SVG above all, is a heap of bytes.
_TOLD = {
    "application/gzip", "application/msword", "application/rtf", "application/vnd.ms-excel",
    "application/vnd.ms-outlook", "application/vnd.ms-powerpoint", "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet", "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/x-7z-compressed",
    "application/zip", "audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "image/heic", "image/tiff", "video/mp4",
    "video/quicktime", "video/webm",
}  # fmt: skip
_TEXTS = {".csv": "text/csv", ".txt": "text/plain", ".log": "text/plain", ".md": "text/plain"}


def sniff(head, name):
    """The content type of a file that begins with ``head`` (bytes, the first 8 kB will do) and is called ``name``.

    The name only decides between kinds with equal beginnings, such as the documents that are all ZIP archives.
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    for content_type, signature in _SIGNATURES.items():
        if head.startswith(signature):
            return content_type
    dot = file_name(name).rpartition(".")
    extension = f".{dot[2].lower()}" if dot[1] else ""
    if extension in _TEXTS and _is_text(head):
        return _TEXTS[extension]
    return next((found for found in _magic(head, extension) if found in _TOLD), UNKNOWN)


def _magic(head, extension):
    """Content types that fit, the likeliest first. puremagic's deep scan is not used: it opens files by name."""
    try:
        return [match.mime_type for match in identify_all(head, head[-256:], ext=extension or None)]
    except (PureError, ValueError):
        return []


def _is_text(head):
    return b"\x00" not in head and not any(byte < 9 for byte in head[:1024])
