"""What a domain asks people to agree to (A10), and who agreed to what, as a file."""

import csv
from itertools import chain

from django import forms
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from loket.access.models import Consent, ConsentWording
from loket.desk.settings.changes import changes_of
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import render_settings, settings_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.guard.cells import safe_cell
from loket.portals.models import Domain

FIELDS = ("text", "box", "is_required", "link_text", "link", "asks_again")
HEADINGS = ("given_at", "contact", "email", "domain", "version", "language", "text", "box", "ticked")


class ConsentWordingForm(StampedForm):
    link = forms.URLField(
        label=_("Address of the link"), required=False, max_length=500, assume_scheme="https",
        help_text=_("Such as your privacy statement."),
    )  # fmt: skip
    is_required = forms.BooleanField(label=_("Nobody gets an account without ticking the box"), required=False)
    asks_again = forms.BooleanField(
        label=_("Ask everybody again at their next sign-in when the words change"), required=False
    )
    field_order = ("text", "link_text", "link", "box", "is_required", "asks_again")

    def __init__(self, *args, language, **kwargs):
        super().__init__(*args, **kwargs)
        options = {"first": language}
        empty = _("Shown at registration. While it is empty nothing is asked.")
        self.fields["text"] = TextsField(label=_("Text"), max_length=4000, is_block=True, help_text=empty, **options)
        self.fields["link_text"] = TextsField(label=_("Words of the link"), max_length=120, **options)
        box = _("While they are empty there is no box, and registering is agreeing.")
        self.fields["box"] = TextsField(label=_("Words of the box"), max_length=300, help_text=box, **options)
        self.order_fields(self.field_order)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_required") and not cleaned.get("box"):
            self.add_error("box", _("Say what the box means."))
        return cleaned


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_consent(request, domain_id):
    """Show the wording of a domain, or save it; other words are another version."""
    domain = get_object_or_404(Domain, pk=domain_id)
    wording = ConsentWording.of(domain)
    form = ConsentWordingForm(
        request.POST or None, current={name: getattr(wording, name) for name in FIELDS}, language=domain.language
    )
    if request.method == "POST" and is_saved(request, form, lambda values: wording.set(values, by=request.user)):
        return redirect("settings-consent", domain_id)
    context = {"form": form, "domain": domain, "version": wording.version, "changes": changes_of(domain)}
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/consent.html", "domains", status=status, **context)


class Echo:
    """A file that gives back what is written to it."""

    def write(self, line):
        return line


@settings_required
@require_safe
def show_consents(request, domain_id):
    """Everything that people agreed to on the domain, oldest first, as CSV; no cell is a formula."""
    domain = get_object_or_404(Domain, pk=domain_id)
    writer, rows = csv.writer(Echo()), Consent.objects.filter(domain=domain).select_related("contact")
    lines = (writer.writerow([safe_cell(cell) for cell in cells(each)]) for each in rows.iterator(1000))
    answer = StreamingHttpResponse(
        chain(["\ufeff", writer.writerow(HEADINGS)], lines), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"consents {domain.host}.csv")
    return answer


def cells(consent):
    """One consent as the file has it."""
    contact = consent.contact
    return (
        consent.given_at.isoformat(timespec="seconds"), contact.name, contact.email, consent.host, consent.version,
        consent.language, consent.text, consent.box, "yes" if consent.has_ticked else "no",
    )  # fmt: skip


urlpatterns = [
    path("domains/<int:domain_id>/consent/", edit_consent, name="settings-consent"),
    path("domains/<int:domain_id>/consents.csv", show_consents, name="settings-consents"),
]
