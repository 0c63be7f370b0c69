"""E-mail: the mailboxes of the inboxes, who is let in and kept out, and what is internal (D7)."""

from django import forms
from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.conversations.channels.email import imap
from loket.conversations.channels.email.models import EmailChannel, InboxRule, SenderRule
from loket.conversations.models import Inbox
from loket.desk.settings.changes import changes_of
from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.mailbox_sign_in import offer
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.mail.models import Outage, Relay
from loket.tickets.models import Status

STEPS = {
    "address": _("The server’s name"),
    "connection": _("Connection"),
    "encryption": _("Encryption"),
    "sign_in": _("Sign-in"),
    "folder": _("Folder"),
    "sender": _("From address"),
    "recipient": _("Recipient"),
    "message": _("Message"),
}
FIELDS = (
    "inbox", "address", "is_on", "status", "method", "host", "port", "security", "username", "sign_in", "client_id",
    "tenant", "folder", "server_id",
)  # fmt: skip
MACHINE = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


def outage_of(relay):
    """Why mail through ``relay``, or with None through the installation's server, waits; None while it leaves."""
    return Outage.objects.of(relay).current()


def relays_now():
    """[(relay, its outage or None)]"""
    outages = {each.relay_id: each for each in Outage.objects.lasting().exclude(relay=None)}
    return [(each, outages.get(each.pk)) for each in Relay.objects.prefetch_related("inboxes")]


def plain_text(label, limit, help_text="", *, required=False):
    """A field for what machines read."""
    return forms.CharField(
        label=label, max_length=limit, required=required, help_text=help_text, widget=forms.TextInput(attrs=MACHINE)
    )


def secret_text(label, help_text):
    """A field that is never filled in by us."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, max_length=4000, required=False, strip=False, help_text=help_text, widget=widget
    )


class ChannelForm(StampedForm):
    inbox = forms.ModelChoiceField(Inbox.objects.all(), label=_("Inbox"), empty_label=None)
    address = plain_text(
        _("Address"),
        254,
        _("Where customers write to. Answers go to it with a secret behind a plus sign."),
        required=True,
    )
    is_on = forms.BooleanField(label=_("On"), required=False)
    status = forms.ModelChoiceField(
        Status.objects.filter(is_closed=False).select_related("pipeline"), label=_("Status of new tickets"), required=False,
        empty_label=_("The first open one"),
    )  # fmt: skip
    method = forms.ChoiceField(label=_("How mail comes"), choices=EmailChannel.Method)
    host = plain_text(_("IMAP server"), 253)
    port = forms.IntegerField(
        label=_("Port"), min_value=1, max_value=65535, help_text=_("993 with TLS, 143 with STARTTLS.")
    )
    security = forms.ChoiceField(label=_("Encryption"), choices=EmailChannel.Security)
    username = plain_text(_("User name"), 254)
    sign_in = forms.ChoiceField(label=_("Sign-in"), choices=EmailChannel.SignIn)
    secret = secret_text(
        _("Password or refresh token"),
        _("Stored encrypted and never shown. Leave it empty to keep the present one. With OAuth, signing in fills it."),
    )
    client_id = plain_text(_("Client ID"), 200, _("Only for OAuth."))
    client_secret = secret_text(_("Client secret"), _("Only for OAuth. Leave it empty to keep the present one."))
    tenant = plain_text(_("Tenant"), 100, _("Only for Microsoft; empty for any."))
    folder = plain_text(_("Folder"), 200, _("Everything in it is taken in."), required=True)
    server_id = plain_text(
        _("Name of our mail server"), 253,
        _("The name with which it begins its Authentication-Results. Without it, agents cannot answer by mail."),
    )  # fmt: skip


class SenderForm(forms.Form):
    inbox = forms.ModelChoiceField(Inbox.objects.all(), label=_("Inbox"), empty_label=None)
    pattern = plain_text(_("Address or domain"), 254, _("A domain holds for all below it."), required=True)
    verdict = forms.ChoiceField(label=_("What happens"), choices=SenderRule.Verdict)

    def values(self):
        return self.cleaned_data


class RuleForm(forms.Form):
    inbox = forms.ModelChoiceField(Inbox.objects.all(), label=_("Inbox"), empty_label=None)
    sender = forms.CharField(label=_("From holds"), max_length=254, required=False)
    recipient = forms.CharField(label=_("To or Cc holds"), max_length=254, required=False)
    subject = forms.CharField(label=_("Subject holds"), max_length=254, required=False)

    def values(self):
        return self.cleaned_data


@administrator_required
@require_safe
def show_email(request):
    """The mailboxes, the mail servers, the lists of senders, and the rules."""
    context = {
        "channels": EmailChannel.objects.select_related("inbox"),
        "senders": SenderRule.objects.select_related("inbox"),
        "rules": InboxRule.objects.select_related("inbox"),
        "own": {"address": settings.MAIL_FROM, "is_set": bool(settings.SMTP), "outage": outage_of(None)},
        "relays": relays_now(),
    }
    return render_settings(request, "desk/settings/email.html", "email", **context)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_channel(request):
    return answer_channel(request, EmailChannel())


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_channel(request, channel_id):
    return answer_channel(
        request, get_object_or_404(EmailChannel.objects.select_for_update(of=("self",)), pk=channel_id)
    )


def answer_channel(request, channel):
    """Ask for a mailbox's settings, or write them."""
    called = channel.address
    current = {name: getattr(channel, name, None) for name in FIELDS if name not in ("inbox", "status")}
    current |= {"inbox": channel.inbox_id and channel.inbox, "status": channel.status}
    form = ChannelForm(request.POST or None, current=current)

    def write(values):
        secrets = {name: values.pop(name) for name in ("secret", "client_secret")}
        channel.change(values, **secrets, by=request.user)

    if request.method == "POST" and is_saved(request, form, write):
        return redirect("settings-email-channel", channel.pk)
    context = {"form": form, "channel": channel, "called": called, "changes": changes_of(channel) if called else ()}
    context |= offer(request, channel)
    return render_settings(
        request, "desk/settings/email_channel.html", "email", status=422 if form.is_bound else 200, **context
    )


@administrator_required
@require_POST
def create_check(request, channel_id):
    """Open the mailbox once and say how far that went."""
    channel = get_object_or_404(EmailChannel, pk=channel_id)
    lead, back = (
        _("How far Loket came into the mailbox just now."),
        reverse("settings-email-channel", args=[channel.pk]),
    )
    return answer_check(request, imap.tried(channel), called=channel.address, lead=lead, back=back)


def answer_check(request, steps, **told):
    """Say how far Loket came with a mailbox or a mail server, step by step."""
    told["steps"] = [(STEPS[step], state, why) for step, state, why in steps]
    return render_settings(request, "desk/settings/email_check.html", "email", **told)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_channel(request, channel_id):
    channel = get_object_or_404(EmailChannel, pk=channel_id)
    warning = _("Mail that came through it stays. Answers to its address join no ticket any more.")
    return answer_deletion(request, channel, "email", "settings-email", warning=warning)


def answer_new(request, form_class, row, heading):
    """Ask for a line of one of the lists, or write it."""
    form = form_class(request.POST or None)
    if request.method == "POST" and is_saved(request, form, lambda values: row.set(values, by=request.user)):
        return redirect("settings-email")
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/email_line.html", "email", status=status, form=form, called=heading)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_sender(request):
    return answer_new(request, SenderForm, SenderRule(), _("Let in or keep out"))


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_sender(request, sender_id):
    return answer_deletion(request, get_object_or_404(SenderRule, pk=sender_id), "email", "settings-email")


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_rule(request):
    return answer_new(request, RuleForm, InboxRule(), _("Internal mail"))


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_rule(request, rule_id):
    return answer_deletion(request, get_object_or_404(InboxRule, pk=rule_id), "email", "settings-email")


urlpatterns = [
    path("email/", show_email, name="settings-email"),
    path("email/new/", create_channel, name="settings-email-new"),
    path("email/<int:channel_id>/", edit_channel, name="settings-email-channel"),
    path("email/<int:channel_id>/check/", create_check, name="settings-email-check"),
    path("email/<int:channel_id>/deletion/", delete_channel, name="settings-email-deletion"),
    path("email/senders/new/", create_sender, name="settings-senders-new"),
    path("email/senders/<int:sender_id>/deletion/", delete_sender, name="settings-sender-deletion"),
    path("email/rules/new/", create_rule, name="settings-rules-new"),
    path("email/rules/<int:rule_id>/deletion/", delete_rule, name="settings-rule-deletion"),
]
