"""What becomes of what is sent with a form, and where the form stands (D3, F1)."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from loket.conversations.models import Inbox
from loket.desk.settings.changes import changes_of
from loket.desk.settings.form_shell import form_or_404, render_form
from loket.desk.settings.links import linked
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.forms.models import refuse_wrong_sites
from loket.guard.text import refuse_unstorable
from loket.people.models import User
from loket.records.uses import uses_of
from loket.tickets.models import Priority, Status

SENDING = ("name", "makes_tickets", "inbox", "status", "priority", "thanks", "redirect", "consent", "notified")
SHARING = ("is_public", "sites")


class StatusField(forms.ModelChoiceField):
    """Open statuses, each with its pipeline."""

    def label_from_instance(self, status):
        return f"{status.pipeline} – {status.label}"


class SendingForm(StampedForm):
    name = forms.CharField(
        label=_("Name"), max_length=100, validators=[refuse_unstorable], help_text=_("For the team.")
    )
    makes_tickets = forms.BooleanField(
        label=_("Each submission makes a ticket"),
        required=False,
        help_text=_("Otherwise submissions are only kept here, and no portal can link the form."),
    )
    inbox = forms.ModelChoiceField(
        Inbox.objects.order_by("name"),
        label=_("Inbox"),
        required=False,
        empty_label="–",
        help_text=_("Where its tickets arrive."),
    )
    status = StatusField(
        Status.objects.filter(is_closed=False).select_related("pipeline").order_by("pipeline", "position"),
        label=_("Pipeline and status"),
        required=False,
        empty_label="–",
        help_text=_("Where its tickets start."),
    )
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=[("", "–"), *Priority.choices],
        required=False,
        help_text=_("Unless the form asks for it."),
    )
    thanks = TextsField(label=_("What people read afterwards"), max_length=500)
    redirect = forms.CharField(
        label=_("Where they are sent instead"),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://www.example.com/thanks"}),
        help_text=_("A page of your own. Empty: to the ticket in the portal, to the text above elsewhere."),
    )
    consent = TextsField(
        label=_("Consent"),
        max_length=500,
        help_text=_(
            "The words beside a box that must be ticked. Empty: there is no such box. Each submission keeps the words."
        ),
    )
    notified = forms.MultipleChoiceField(
        label=_("Who gets a mail of each submission"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data=None, *, current):
        super().__init__(data, current=current)
        self.fields["notified"].choices = [(str(each.pk), each.name) for each in User.objects.agents()]

    def ask_in(self, language):
        """Ask openly for the words of ``language``."""
        for name in ("thanks", "consent"):
            self.fields[name].ask_first(language)

    def clean_notified(self):
        return [int(pk) for pk in self.cleaned_data["notified"]]


class SharingForm(StampedForm):
    is_public = forms.BooleanField(
        label=_("It has a page for everybody"),
        required=False,
        help_text=_("Whoever has the address can send it, without signing in."),
    )
    sites = forms.CharField(
        label=_("Web sites that may hold it"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "www.example.com"}),
        help_text=_(
            "One host a line, such as www.example.com or *.example.com. Other sites cannot show it in a frame."
        ),
    )

    def __init__(self, data=None, *, current):
        super().__init__(data, current=current)
        self.initial["sites"] = "\n".join(current["sites"])

    def clean_sites(self):
        sites = [line.strip().lower() for line in self.cleaned_data["sites"].splitlines() if line.strip()]
        if len(sites) > 30:
            raise ValidationError(_("At most 30 sites."))
        refuse_wrong_sites(sites)
        return sites


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_sending(request, form_id):
    return answer_settings(request, form_id, SendingForm, SENDING, "sending")


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_sharing(request, form_id):
    return answer_settings(request, form_id, SharingForm, SHARING, "sharing")


def answer_settings(request, form_id, asked, names, tab):
    """Show one tab of a form's settings, or save it whole."""
    built = form_or_404(form_id, lock=request.method == "POST")
    called = built.name
    form = asked(request.POST or None, current={name: getattr(built, name) for name in names})
    if request.method == "POST" and is_saved(request, form, lambda values: built.set(values, by=request.user)):
        return redirect(f"settings-form-{tab}", built.pk)
    context = {"form": form, "called": called, "changes": changes_of(built)}
    if tab == "sending":
        form.ask_in(built.language)
    if tab == "sharing":
        home = settings.SITE_URL.geturl().rstrip("/")
        context |= {"uses": linked(uses_of(built)), "home": home, "address": f"{home}/forms/{built.pk}/"}
    status = 422 if form.is_bound else 200
    return render_form(request, f"desk/settings/form_{tab}.html", tab, built, status=status, **context)


urlpatterns = [
    path("forms/<int:form_id>/sending/", edit_sending, name="settings-form-sending"),
    path("forms/<int:form_id>/sharing/", edit_sharing, name="settings-form-sharing"),
]
