"""Pictures in the HTML of a mail: marked when it is cleaned, put back when it is shown.

What is stored holds no picture at all, only marks; ``Message.pictures`` says what each mark stands for. So a page that
knows nothing of pictures shows none, and no remote one is ever loaded without asking (trap 22).
"""

import re
from html import escape, unescape

from django.utils.safestring import mark_safe

MOST = 500
# Two characters for private use, which nobody writes: those in a mail are taken out first.
_BEGIN, _END = "\ue0f0", "\ue0f1"
_MARK = re.compile(f"{_BEGIN}([0-9]{{1,4}}){_END}")
# A tag of cleaned HTML: each value stands in double quotes, none is within one.
_TAG = re.compile(r'<(?:[^<>"]|"[^"]*")*>')
_IMAGE = re.compile(r"<img[\s/]([^<>]{1,20000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?:^|[\s"'/])(src|alt|width|height)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//[^\s<>\"']{1,2000}", re.IGNORECASE)


def mark(html, pictures):
    """``html`` of a mail with each picture replaced by a mark; what they are is added to ``pictures``.

    A picture is ``{"cid": …}`` or ``{"url": …}``, with its alternative text ``alt``. Others are left to the cleaner.
    """

    def replaced(found):
        given = {name.lower(): unescape(value.strip("\"'")).strip() for name, value in _ATTRIBUTE.findall(found[1])}
        source, alt = given.get("src", ""), given.get("alt", "")[:500]
        if len(pictures) >= MOST or given.get("width") == "1" or given.get("height") == "1":
            return found.group()
        if source.lower().startswith("cid:"):
            pictures.append({"cid": source[4:], "alt": alt})
        elif _REMOTE.fullmatch(source):
            pictures.append({"url": f"https:{source}" if source.startswith("//") else source, "alt": alt})
        else:
            return found.group()
        return f"{_BEGIN}{len(pictures) - 1}{_END}"

    return _IMAGE.sub(replaced, html.replace(_BEGIN, "").replace(_END, ""))


def shown(html, pictures, addresses, *, with_remote=False):
    """Clean ``html`` with its pictures back, as a SafeString.

    ``addresses`` are those of the previews of the message's files, in order, empty for a file that has none. Remote
    pictures come only when asked for, else their alternative text.
    """

    def put_back(found):
        number = int(found[1])
        picture = pictures[number] if number < len(pictures) else {}
        source = picture.get("url", "") if with_remote else ""
        if "file" in picture:
            source = dict(enumerate(addresses)).get(picture["file"], "")
        alt = escape(picture.get("alt", ""))
        if not source:
            return alt
        return f'<img src="{escape(source)}" alt="{alt}" loading="lazy" referrerpolicy="no-referrer">'

    # A mark within a tag's values is no picture: what was put there would end the value.
    return mark_safe(_MARK.sub(put_back, _TAG.sub(lambda tag: without(tag[0]), html)) if _BEGIN in html else html)


def without(html):
    """Clean ``html`` with the alternative of nothing: marks are gone."""
    return _MARK.sub("", html)


def has_remote(pictures):
    """Whether any picture would have to be fetched from elsewhere."""
    return any("url" in picture for picture in pictures)


def inlined(pictures):
    """Positions of the files that are shown within the text."""
    return {picture["file"] for picture in pictures if "file" in picture}
