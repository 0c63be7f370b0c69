"""The tab *Form* of a portal: which support forms it links, in which order, under which words (F1)."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods

from loket.desk.settings.saving import whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.forms.models import Form, FormLink
from loket.tickets.models import WordingPolicy

FIELDS = ("is_on", "menu_text", "heading")


class LinkForm(StampedForm):
    """One form as the portal links it, or does not yet."""

    is_on = forms.BooleanField(label=gettext_lazy("Customers can file tickets with it"), required=False)

    def __init__(self, data, link, wording):
        self.link, self.why_not = link, link.form.why_not_linkable()
        self.is_linked = not link._state.adding
        current = {name: getattr(link, name) for name in FIELDS}
        super().__init__(data, current=current, prefix=f"form-{link.form_id}")
        language = link.portal.language
        self.fields["menu_text"] = TextsField(first=language, max_length=60, label=_("Menu text"))
        self.fields["heading"] = TextsField(first=language, max_length=200, label=_("Heading above the form"))
        with override(language):
            words = str(wording.filing)
        for name in ("menu_text", "heading"):
            self.fields[name].ask_first(language, words)

    def clean_is_on(self):
        is_on = self.cleaned_data["is_on"]
        if is_on and self.why_not:
            raise forms.ValidationError(self.why_not)
        return is_on

    def write(self, position, *, by):
        """Save the link at its place; a form that nobody has touched stays unlinked."""
        values = self.values()
        if self.is_linked or any(values.values()):
            self.link.set(values | {"position": position}, by=by)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_form_links(request, portal_id):
    """Show the tab, or save it whole; *Move up* and *Move down* save it too, in the new order."""
    is_sent = request.method == "POST"
    portal = portal_or_404(portal_id, lock=is_sent)
    wording = WordingPolicy.of(portal)
    asked = [LinkForm(request.POST if is_sent else None, link, wording) for link in links_of(portal)]
    if is_sent and all([each.is_valid() for each in asked]):
        for position, each in enumerate(moved(asked, request.POST.get("move", ""))):
            each.write(position, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("settings-form-links", portal_id)
    context = {"portal": portal, "asked": asked, "linked": sum(each.is_linked for each in asked)}
    status = 422 if is_sent else 200
    return render_settings(request, "desk/settings/form_links.html", "form", status=status, **context)


def links_of(portal):
    """A link for each form there is, in the menu's order; then, not saved yet and off, those not linked."""
    links = list(FormLink.objects.filter(portal=portal).select_related("form__inbox"))
    for link in links:
        link.portal = portal
    others = Form.objects.select_related("inbox").exclude(pk__in=[link.form_id for link in links]).order_by("name")
    return links + [FormLink(portal=portal, form=form, is_on=False) for form in others]


def moved(asked, move):
    """The forms with one a place further up or down: ``move`` is "<form id>:up" or "<form id>:down"."""
    ordered = list(asked)
    form_id, _colon, direction = move.partition(":")
    place = next((at for at, each in enumerate(ordered) if str(each.link.form_id) == form_id), None)
    if place is not None and direction in ("up", "down"):
        ordered.insert(max(place + (1 if direction == "down" else -1), 0), ordered.pop(place))
    return ordered


urlpatterns = [
    path("customer-portal/<int:portal_id>/form/", edit_form_links, name="settings-form-links"),
]
