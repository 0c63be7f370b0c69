"""Properties of tickets, contacts and companies: built-in ones to read, one's own to make, change and delete (D4)."""

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from loket.desk.editors import WithEditors
from loket.desk.settings.changes import changes_of
from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.links import all_broken, linked
from loket.desk.settings.rows import RowsField, WordedRow
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.guard.text import clean_line
from loket.properties.catalogue import catalogue
from loket.properties.models import WITH_OPTIONS, Definition
from loket.properties.naming import proposed_name, proposed_value
from loket.properties.types import TYPES
from loket.records.uses import uses_of

KINDS = {"ticket": _("Tickets"), "contact": _("Contacts"), "company": _("Companies")}


class OptionRow(WordedRow):
    """One option; its stored value stays whatever it is called later."""

    value = forms.CharField(max_length=1_000, required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Option"), max_length=200)

    def clean_label(self):
        return clean_line(self.cleaned_data["label"], 200)

    def values(self):
        option = {name: self.cleaned_data[name] for name in ("value", "label")}
        return option | ({"customer_label": self.customer_label} if self.customer_label else {})


class PropertyForm(WithEditors, StampedForm):
    label = forms.CharField(
        label=_("Label"), max_length=200, help_text=_("What people read, at the desk and in the portal.")
    )
    customer_label = TextsField(
        label=_("What customers read"),
        max_length=200,
        help_text=_("In the portal, where that is another word than the label."),
    )
    name = forms.CharField(
        label=_("Internal name"),
        max_length=100,
        required=False,
        help_text=_("For filters, imports and the API; it never changes. Left empty, it is made from the label."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    type = forms.ChoiceField(label=_("Type"), choices=[(name, kind.label) for name, kind in TYPES.items()])
    options = RowsField(OptionRow, label=_("Options"))

    def __init__(self, *args, definition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["options"].uses = lambda raw: uses_of_row(definition, raw)
        if definition.pk:
            del self.fields["name"]

    def clean_options(self):
        """Refuse two options of one label, and give new ones a value."""
        options = self.cleaned_data["options"]
        labels = [each["label"].casefold() for each in options]
        if len(set(labels)) < len(labels):
            raise forms.ValidationError(_("Two options have the same label."))
        taken = {each["value"] for each in options}
        for each in options:
            each["value"] = each["value"] or proposed_value(each["label"], taken)
            taken.add(each["value"])
        return options

    def clean(self):
        """Options are asked only of a choice."""
        if self.cleaned_data.get("type") not in WITH_OPTIONS:
            self.errors.pop("options", None)
            self.cleaned_data["options"] = []
        return super().clean()


@administrator_required
@require_safe
def show_properties(request, kind="ticket"):
    """All properties of a kind, or those whose label or name holds what is searched for."""
    if kind not in KINDS:
        raise Http404
    query = clean_line(request.GET.get("q", ""), 100)
    keys = dict(Definition.objects.filter(kind=kind).values_list("name", "pk"))
    rows = [(each, keys.get(each.name) if each.is_custom else None) for each in catalogue(kind).values()]
    rows = [row for row in rows if query.casefold() in f"{row[0].label}\n{row[0].name}".casefold()]
    rows.sort(key=lambda row: str(row[0].label).casefold())
    context = {"kind": kind, "tabs_of": tabs(kind), "rows": rows, "q": query, "broken": all_broken()}
    return render_settings(request, "desk/settings/properties.html", "properties", **context)


def tabs(here):
    """The kinds with properties: (label, address, whether it is ``here``)."""
    return [(label, reverse("settings-properties", args=[kind]), kind == here) for kind, label in KINDS.items()]


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_property(request, kind):
    if kind not in KINDS:
        raise Http404
    return answer_form(request, Definition(kind=kind))


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_property(request, property_id):
    return answer_form(request, get_object_or_404(Definition.objects.select_for_update(), pk=property_id))


def answer_form(request, definition):
    """Ask for a property, or write it."""
    called, kind = definition.label, definition.kind
    current = {
        "label": called,
        "customer_label": definition.customer_label,
        "type": definition.type or "string",
        "options": definition.options,
    }
    form = PropertyForm(request.POST or None, current=current, definition=definition)

    def write(values):
        if not definition.pk and not values["name"]:
            taken = Definition.objects.filter(kind=kind).values_list("name", flat=True)
            values["name"] = proposed_name(kind, values["label"], set(taken))
        definition.set(values, by=request.user)

    if request.method == "POST" and is_saved(request, form, write):
        return redirect("settings-property", definition.pk)
    context = {"form": form, "definition": definition, "called": called, "kind_label": KINDS.get(kind, kind)}
    if definition.pk:
        context |= {"changes": changes_of(definition), "uses": linked(uses_of(definition))}
    status = 422 if form.is_bound and (not form.is_redrawn or form["options"].uses) else 200
    return render_settings(request, "desk/settings/property.html", "properties", status=status, **context)


def uses_of_row(definition, raw):
    """What uses the option of a row; a new one nothing does."""
    stored = {option.value: option for option in definition.own_options()}
    option = stored.get(raw.get("value"))
    return uses_of(option, "option") if option else ()


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_property(request, property_id):
    definition = get_object_or_404(Definition, pk=property_id)
    back = reverse("settings-properties", args=[definition.kind])
    return answer_deletion(request, definition, "properties", back)


urlpatterns = [
    path("properties/", show_properties, name="settings-all-properties"),
    path("properties/<slug:kind>/", show_properties, name="settings-properties"),
    path("properties/<slug:kind>/new/", create_property, name="settings-properties-new"),
    path("property/<int:property_id>/", edit_property, name="settings-property"),
    path("property/<int:property_id>/deletion/", delete_property, name="settings-property-deletion"),
]
