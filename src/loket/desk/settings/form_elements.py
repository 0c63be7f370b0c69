"""One element of a form's draft: its words, whether it is required, its options, when it shows (D3)."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from loket.desk.conditions import FilterField
from loket.desk.editors import WithEditors
from loket.desk.settings.form_builder import kind_of_row
from loket.desk.settings.form_shell import form_or_404, render_form
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.forms.elements import FILE_KINDS, MEGABYTE, askable
from loket.guard.text import refuse_unstorable
from loket.properties import types

OF_TEXT = ("text", "is_half", "when")
OF_FILES = ("label", "help", "is_required", "options", "most_files", "largest_file", "when")


class ElementForm(WithEditors, StampedForm):
    """Fields by the names of Element's own; those that mean nothing for this element are not asked for."""

    text = TextsField(label=gettext_lazy("Text"), max_length=2_000, is_block=True, required=True)
    label = TextsField(label=gettext_lazy("Label"), max_length=200)
    help = TextsField(
        label=gettext_lazy("Help text"), max_length=300, help_text=gettext_lazy("Stands below the label.")
    )
    placeholder = TextsField(
        label=gettext_lazy("Placeholder"),
        max_length=100,
        help_text=gettext_lazy("Stands in the empty field, as an example."),
    )
    is_required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    is_hidden = forms.BooleanField(
        label=gettext_lazy("Hidden"),
        required=False,
        help_text=gettext_lazy("Nobody sees it; each submission gets the default below."),
    )
    is_half = forms.BooleanField(label=gettext_lazy("Half the width, beside the next one"), required=False)
    default = forms.CharField(
        label=gettext_lazy("Default"), required=False, max_length=1_000, validators=[refuse_unstorable]
    )
    options = forms.MultipleChoiceField(
        label=gettext_lazy("Options to offer"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen means all of them."),
    )
    most_files = forms.IntegerField(label=gettext_lazy("How many files"), required=False, min_value=1)
    largest_file = forms.IntegerField(label=gettext_lazy("Size of a file, in MB"), required=False, min_value=1)
    when = FilterField(
        "ticket",
        label=gettext_lazy("Show it when"),
        required=False,
        empty=gettext_lazy("It always shows."),
        help_text=gettext_lazy("By answers about the ticket that are asked for before it."),
    )

    def __init__(self, data=None, *, element, found, language):
        self.found = found
        super().__init__(data, current={name: getattr(element, name) for name in self.names(element, found)})
        for name in set(self.base_fields) - set(self.current) - {"stamp"}:
            del self.fields[name]
        for name in ("text", "label", "help", "placeholder"):
            if name in self.fields:
                word = str(found.label) if found and name == "label" else ""
                self.fields[name].ask_first(language, word)
        if "options" in self.fields:
            kinds = [(kind, words) for kind, (words, _starts, _offered) in FILE_KINDS.items()]
            self.fields["options"].choices = list(found.options.items()) if found else kinds

        if element.is_files:
            self._limit("most_files", settings.ATTACHMENT_MAX_COUNT)
            self._limit("largest_file", settings.ATTACHMENT_MAX_BYTES // MEGABYTE)

    def _limit(self, name, most):
        """Any message takes at most so much, and a form no more."""
        field = self.fields[name]
        field.validators.append(MaxValueValidator(most))
        field.widget.attrs["max"] = most
        field.help_text = _("At most %(most)s, which is what any message takes. Empty means the same.") % {"most": most}

    @staticmethod
    def names(element, found):
        """What is asked for ``element``."""
        if element.is_text:
            return OF_TEXT
        if element.is_files:
            return OF_FILES
        asked = ["label", "help", "is_required", "is_hidden", "is_half", "default", "when"]
        if found and found.choices:
            asked.append("options")
        elif found and found.type in (types.STRING, types.TEXT, types.NUMBER):
            asked.append("placeholder")
        return tuple(asked)

    def clean_default(self):
        """A default is a value of its property."""
        typed = self.cleaned_data["default"]
        if typed and self.found:
            value = self.by_label(typed)
            return self.found.type.text(self.found.clean(value))
        return typed

    def by_label(self, typed):
        """The value of the option that ``typed`` names by its label; else ``typed``."""
        values = {str(label).casefold(): value for value, label in self.found.options.items()}
        return values.get(typed.casefold(), typed)

    def clean_options(self):
        """Chosen as all of them is chosen as none: options that come later are offered too."""
        chosen = self.cleaned_data["options"]
        return () if len(chosen) == len(self.fields["options"].choices) else tuple(chosen)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_hidden") and "default" in cleaned and not cleaned["default"]:
            self.add_error("default", ValidationError(_("Nobody sees the field: say what each submission gets.")))
        return cleaned

    @property
    def rows(self):
        """The bound fields, in the order to ask for them."""
        order = (
            "text",
            "label",
            "help",
            "placeholder",
            "is_required",
            "is_half",
            "options",
            "most_files",
            "largest_file",
            "default",
            "is_hidden",
            "when",
        )
        return [self[name] for name in order if name in self.fields]


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_element(request, form_id, key):
    """Show what an element says, or write it into the draft."""
    form = form_or_404(form_id, lock=request.method == "POST")
    element = form.element(key)
    if element is None:
        raise Http404
    properties = askable()
    asked = ElementForm(request.POST or None, element=element, found=properties.get(key), language=form.language)
    if request.method == "POST" and is_saved(request, asked, lambda values: form.change(element.with_(**values))):
        return redirect("settings-form", form.pk)
    context = {"form": asked, "element": element, "called": element.labelled(properties)}
    context["kind"] = kind_of_row(element, properties)
    status = 422 if asked.is_bound and not asked.is_redrawn else 200
    return render_form(request, "desk/settings/form_element.html", "builder", form, status=status, **context)


urlpatterns = [path("forms/<int:form_id>/elements/<str:key>/", edit_element, name="settings-form-element")]
