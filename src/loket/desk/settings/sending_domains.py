"""Domains that mail is from: what they are to publish in the DNS, whether they do, and the key that signs for them."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from loket.desk.settings.changes import changes_of
from loket.desk.settings.relays import own_domain
from loket.desk.settings.shell import administrator_required, render_settings
from loket.mail.models import Relay, SigningKey
from loket.mail.publishing import OK, checked, wanted


def server_of(domain):
    """The host of a mail server through which mail from ``domain`` leaves, "" when none is set. Raises Http404 for no such domain."""
    relay = next((each for each in Relay.objects.all() if each.domain == domain), None)
    if not relay and domain != own_domain():
        raise Http404
    return relay.host if relay else (settings.SMTP or {}).get("host", "")


def records_of(domain):
    """The records to publish, and the newest key or None."""
    server, key = server_of(domain), SigningKey.objects.of(domain).first()
    return wanted(domain, server, key), key


@administrator_required
@require_safe
def show_domain(request, domain):
    """The records to publish."""
    records, key = records_of(domain)
    return answer(request, domain, [(each, None) for each in records], key)


@administrator_required
@require_POST
def create_key(request, domain):
    """Make a key for the domain."""
    server_of(domain)
    SigningKey.objects.make(domain, by=request.user)
    return redirect("settings-sending-domain", domain)


@administrator_required
@require_POST
def create_check(request, domain):
    """Ask the DNS, and sign from now on when it holds the newest key."""
    records, key = records_of(domain)
    found = [(each, checked(each)) for each in records]
    if key and any(each.kind == "DKIM" and said.state == OK for each, said in found):
        key.begin(by=request.user)
    return answer(request, domain, found, key)


def answer(request, domain, found, key):
    """The page: pairs of a record and what the DNS says (None: not asked)."""
    signing = SigningKey.objects.of(domain).seen().first()
    context = {
        "domain": domain, "records": found, "key": key, "signing": signing, "changes": changes_of(key) if key else (),
    }  # fmt: skip
    return render_settings(request, "desk/settings/sending_domain.html", "email", **context)


urlpatterns = [
    path("email/domains/<str:domain>/", show_domain, name="settings-sending-domain"),
    path("email/domains/<str:domain>/key/", create_key, name="settings-signing-key"),
    path("email/domains/<str:domain>/check/", create_check, name="settings-sending-check"),
]
