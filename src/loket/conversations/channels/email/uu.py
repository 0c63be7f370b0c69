"""Files that stand uuencoded in the middle of a text, as they did before there was MIME."""

import re

from loket.conversations.channels.email.transfer import uu_line

_BLOCK = re.compile(
    r"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n((?:[ -`][ -~]{0,90}\r?\n)+?)(?:`|\s)?\r?\n?end[ \t]*$", re.MULTILINE
)


def without_uu(text):
    """(the text without such files, [(name, bytes)])."""
    if "\nbegin " not in f"\n{text}":
        return text, []
    files = []

    def take(found):
        content = b"".join(uu_line(line.encode("ascii", "replace")) for line in found[2].splitlines())
        files.append((found[1].strip(), content))
        return ""

    return _BLOCK.sub(take, text), files
