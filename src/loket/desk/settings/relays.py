"""Mail servers through which mail leaves: that of the installation, and those that inboxes have of their own."""

from django import forms
from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.desk.settings.changes import changes_of
from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.email import answer_check, outage_of, plain_text, secret_text
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.mail import trial
from loket.mail.addresses import Mailbox
from loket.mail.models import Relay

FIELDS = ("address", "host", "port", "security", "username")


class RelayForm(StampedForm):
    address = plain_text(
        _("From address"), 254, _("What leaves through this server is from it. Bounces come back to it."), required=True
    )
    host = plain_text(_("Server"), 253, required=True)
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, help_text=_("587 with STARTTLS, 465 with TLS.")
    )
    security = forms.ChoiceField(label=_("Encryption"), choices=Relay.Security)
    username = plain_text(_("User name"), 254, _("Empty for a server that asks for none."))
    secret = secret_text(_("Password"), _("Stored encrypted and never shown. Leave it empty to keep the present one."))


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_relay(request):
    return answer_relay(request, Relay())


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_relay(request, relay_id):
    return answer_relay(request, get_object_or_404(Relay.objects.select_for_update(), pk=relay_id))


def answer_relay(request, relay):
    """Ask for a mail server's settings, or write them."""
    called = relay.address
    form = RelayForm(request.POST or None, current={name: getattr(relay, name) for name in FIELDS})

    def write(values):
        relay.change(values, secret=values.pop("secret"), by=request.user)

    if request.method == "POST" and is_saved(request, form, write):
        return redirect("settings-relay", relay.pk)
    context = {"form": form, "relay": relay, "called": called}
    if called:
        context |= {"changes": changes_of(relay), "outage": outage_of(relay), "inboxes": relay.inboxes.all()}
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/relay.html", "email", status=status, **context)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_relay(request, relay_id):
    relay = get_object_or_404(Relay, pk=relay_id)
    warning = _("Mail that still waits for it leaves through the mail server of the installation.")
    return answer_deletion(request, relay, "email", "settings-email", warning=warning)


def own_domain():
    """The domain that mail through the installation's mail server is from."""
    return Mailbox.read(settings.MAIL_FROM).host


@administrator_required
@require_safe
def show_own_server(request):
    """The installation's mail server: set in the environment, so there is nothing to change here."""
    context = {
        "options": settings.SMTP,
        "address": settings.MAIL_FROM,
        "outage": outage_of(None),
        "domain": own_domain(),
    }
    return render_settings(request, "desk/settings/own_server.html", "email", **context)


@administrator_required
@require_POST
def create_own_trial(request):
    """Send a test mail through the installation's mail server."""
    if not settings.SMTP:
        return redirect("settings-own-server")
    return answer_trial(request, settings.SMTP, settings.MAIL_FROM, reverse("settings-own-server"))


@administrator_required
@require_POST
def create_trial(request, relay_id):
    """Send a test mail through a mail server."""
    relay = get_object_or_404(Relay, pk=relay_id)
    return answer_trial(request, relay.options, relay.address, reverse("settings-relay", args=[relay.pk]))


def answer_trial(request, options, sender, back):
    """Send the administrator a test mail, and say how far it came."""
    words = {"subject": gettext("Test mail"), "text": gettext("This mail server sends mail from Loket.")}
    steps = trial.tried(options, sender=sender, recipient=request.user.email, **words)
    lead = gettext("How far a test mail to %(address)s came just now.") % {"address": request.user.email}
    return answer_check(request, steps, called=sender, lead=lead, back=back)


urlpatterns = [
    path("email/own-server/", show_own_server, name="settings-own-server"),
    path("email/own-server/trial/", create_own_trial, name="settings-own-trial"),
    path("email/relays/new/", create_relay, name="settings-relays-new"),
    path("email/relays/<int:relay_id>/", edit_relay, name="settings-relay"),
    path("email/relays/<int:relay_id>/trial/", create_trial, name="settings-relay-trial"),
    path("email/relays/<int:relay_id>/deletion/", delete_relay, name="settings-relay-deletion"),
]
