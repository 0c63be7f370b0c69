"""The tab *E-mails* of a portal: of what customers are told by mail, and in which words (C8)."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone, translation
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST

from loket.conversations.letters import CustomerLetter
from loket.conversations.models import Message, Thread
from loket.conversations.wording import DEFAULTS, MOST_CHARACTERS, PLACEHOLDERS, SUBJECT, TEXT, Kind, MailPolicy
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.guard.markup import from_markdown
from loket.people.models import Contact
from loket.tickets.models import Status, Ticket

SWITCHES = ("tells_received", "tells_closed", "quotes_history")
# A mail brings its own styles, as mail programs need them; nothing else may load or run.
LOOKS = {"default-src": [CSP.NONE], "style-src": [CSP.UNSAFE_INLINE], "frame-ancestors": [CSP.SELF], "sandbox": True}


class MailsForm(StampedForm):
    """All texts and switches of one portal. A text that is left empty says the default, which stands in its place."""

    tells_received = forms.BooleanField(label=_("Tell customers that a request arrived"), required=False)
    tells_closed = forms.BooleanField(label=_("Tell customers that a request is closed"), required=False)
    quotes_history = forms.BooleanField(label=_("Put the earlier conversation below an answer"), required=False)

    def __init__(self, data=None, *, policy, language):
        current = {name: getattr(policy, name) for name in SWITCHES}
        for kind in Kind:
            given = policy.texts.get(kind, {})
            current |= {f"{kind}_{part}": given.get(part, {}) for part in (SUBJECT, TEXT)}
        super().__init__(data, current=current)
        for kind in Kind:
            self._ask(kind, SUBJECT, language, label=_("Subject"), max_length=300)
            self._ask(kind, TEXT, language, label=_("Text"), max_length=MOST_CHARACTERS, is_block=True)

    def _ask(self, kind, part, language, **options):
        """Add the field of a text; the default shows where nothing is typed."""
        field = self.fields[f"{kind}_{part}"] = TextsField(**options)
        with translation.override(language):
            field.ask_first(language, str(DEFAULTS[kind][part]))

    @property
    def kinds(self):
        """For the template: (kind, its name, fields, placeholders, whether it has own words)."""
        return [
            (
                kind.value,
                kind.label,
                [self[f"{kind}_{part}"] for part in (SUBJECT, TEXT)],
                [f"{{{each}}}" for each in PLACEHOLDERS[kind]],
                any(self.current[f"{kind}_{part}"] for part in (SUBJECT, TEXT)),
            )
            for kind in Kind
        ]

    def values(self):
        """As ``MailPolicy`` holds them."""
        cleaned = super().values()
        texts = {kind.value: {part: cleaned.pop(f"{kind}_{part}") for part in (SUBJECT, TEXT)} for kind in Kind}
        return cleaned | {"texts": texts}


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_mails(request, portal_id):
    """Show the tab, or save it whole."""
    portal = portal_or_404(portal_id, lock=request.method == "POST")
    policy = MailPolicy.of(portal)
    form = MailsForm(request.POST or None, policy=policy, language=portal.language)
    if request.method == "POST" and is_saved(request, form, lambda values: policy.set(values, by=request.user)):
        return redirect("settings-mails", portal_id)
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/mails.html", "mails", status=status, portal=portal, form=form)


@settings_required
@require_POST
@whole
def create_reset(request, portal_id, kind):
    """Let one kind of mail say its default again."""
    portal = portal_or_404(portal_id, lock=True)
    MailPolicy.of(portal).reset(kind_or_404(kind), by=request.user)
    return redirect("settings-mails", portal_id)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(LOOKS)
def show_preview(request, portal_id, kind):
    """What a mail about a ticket that does not exist looks like: as it is, or with what is typed now. Writes nothing."""
    kind, portal = kind_or_404(kind), portal_or_404(portal_id)
    policy = MailPolicy.of(portal)
    if request.method == "POST":
        form, policy = MailsForm(request.POST, policy=policy, language=portal.language), MailPolicy(portal=portal)
        try:
            if form.is_valid():
                for name, value in form.values().items():
                    setattr(policy, name, value)
                policy.clean()
        except ValidationError as error:
            return HttpResponse(" ".join(error.messages), content_type="text/plain; charset=utf-8", status=422)
    with portal.speaking():
        letter = sample(kind, portal, policy, request.user)
        page = render_to_string("conversations/mail/letter.html", letter.context | {"button_url": "#"})
    return HttpResponse(page)


def sample(kind, portal, policy, agent):
    """A letter to nobody: none of its rows is saved."""
    now = timezone.now()
    called = str(_("The printer is on fire"))
    ticket = Ticket(pk=41, subject=called, status=Status(label=_("Closed"), is_closed=True), closed_at=now)
    thread = Thread(ticket=ticket, portal=portal, subject=called)
    contact = Contact(first_name="Alice", last_name="Example", email="alice@example.com")
    letter = CustomerLetter(kind, thread, contact, portal)
    letter.policy, letter.attachments = policy, []
    letter.history = [
        {
            "head": _("%(name)s wrote:") % {"name": contact.name},
            "html": from_markdown(_("It burns since this morning.")),
        }
    ]
    if kind == Kind.REPLY:
        text = _("Thank you for telling us. We send **two** engineers.")
        letter.message = Message(thread=thread, agent=agent, text=text, html=from_markdown(text), created_at=now)
    return letter


def kind_or_404(name):
    """The kind of mail that an address names."""
    if name not in Kind.values:
        raise Http404
    return Kind(name)


urlpatterns = [
    path("customer-portal/<int:portal_id>/e-mails/", edit_mails, name="settings-mails"),
    path("customer-portal/<int:portal_id>/e-mails/<slug:kind>/reset/", create_reset, name="settings-mails-reset"),
    path("customer-portal/<int:portal_id>/e-mails/<slug:kind>/preview/", show_preview, name="settings-mails-preview"),
]
