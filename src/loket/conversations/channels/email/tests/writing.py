"""Mails by hand."""

import os
from email.utils import formatdate


def eml(
    body="Hallo, de printer brandt.", *, sender="Alice Example <alice@example.com>", to="help@loket.example", **headers
):
    """A mail as bytes. Headers are named with underscores; None leaves one out."""
    given = {
        "From": sender, "To": to, "Subject": "De printer", "Date": formatdate(), "Message-ID": f"<{os.urandom(8).hex()}@out.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value is not None)
    return f"{head}\n{body}\n".encode()
