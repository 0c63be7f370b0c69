"""Access tokens for mailboxes at Google and Microsoft (XOAUTH2), by the refresh token that the channel keeps."""

import json
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from loket.guard import outbound

ENDPOINTS = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
}
SCOPES = {
    "google": "https://mail.google.com/",
    "microsoft": "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
}


class Refused(Exception):
    """No token was given; the text says why, without secrets."""


def access_token(channel):
    """A fresh access token for ``channel``; a new refresh token that comes with it is kept. Raises Refused or OSError."""
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": channel.password,
        "client_id": channel.client_id,
        "client_secret": channel.client_password,
        "scope": SCOPES[channel.sign_in],
    }
    url = ENDPOINTS[channel.sign_in].format(tenant=channel.tenant or "common")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode({name: value for name, value in asked.items() if value}).encode()
    status, answer = outbound.post(url, body, headers=headers)
    try:
        found = json.loads(answer)
        token = found["access_token"] if status == 200 else None
    except (ValueError, KeyError, TypeError):
        found, token = {}, None
    if not token:
        reason = str(found.get("error", status) if isinstance(found, dict) else status)[:80]
        raise Refused(_("The token was refused: %(reason)s") % {"reason": reason})
    if found.get("refresh_token") not in (None, channel.password):
        channel.keep_secret(found["refresh_token"])
        channel.save(update_fields=["secret"])
    return token
