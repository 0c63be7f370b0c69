"""Forms: the list, and the builder of one form's draft, with its preview (D3).

Each button of the builder changes the draft at once: nobody meets it before it is published.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.conversations.models import Inbox
from loket.desk.settings.changes import changes_of
from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.form_shell import draft_edited, form_or_404, render_form
from loket.desk.settings.saving import is_saved
from loket.desk.settings.shell import administrator_required, render_settings
from loket.forms.elements import Element, askable, problems_of
from loket.forms.models import Form, new_key
from loket.forms.sheets import Sheet
from loket.guard.text import clean_line, refuse_unstorable
from loket.tickets.models import Pipeline
from loket.tickets.policies import own_text

PREVIEW_POLICY = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
}
OWNERS = {"ticket": gettext_lazy("Ticket"), "contact": gettext_lazy("Contact")}


class NameForm(forms.Form):
    """What a new form is called; it begins as the template *Support form*, or as the copy of another."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, validators=[refuse_unstorable])

    def values(self):
        return {"name": clean_line(self.cleaned_data["name"], 100)}


@administrator_required
@require_safe
def show_forms(request):
    every = Form.objects.annotate(sent=Count("submissions", distinct=True)).prefetch_related("portals").order_by("name")
    return render_settings(request, "desk/settings/forms.html", "forms", every=every)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_form(request):
    """A form like the template *Support form*, as a draft, with the first inbox and pipeline there are."""
    inbox, pipeline = Inbox.objects.first(), Pipeline.objects.first()
    made = Form(published=[], published_at=None, version=0, inbox=inbox, makes_tickets=bool(inbox and pipeline))
    made.status = pipeline.first_open() if pipeline else None
    return answer_name(request, made, lambda values: made.set(values, by=request.user))


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_form_copy(request, form_id):
    original, made = form_or_404(form_id), Form()

    def write(values):
        made.pk = original.copy(values["name"], by=request.user).pk

    return answer_name(request, made, write, original)


def answer_name(request, made, write, original=None):
    """Ask what the new form is called, or make it by ``write`` and open it."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and is_saved(request, form, write, told=""):
        return redirect("settings-form", made.pk)
    context = {"form": form, "original": original}
    return render_settings(
        request, "desk/settings/new_form.html", "forms", status=422 if form.is_bound else 200, **context
    )


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_form(request, form_id):
    form = form_or_404(form_id)
    warning = _("What was sent with it goes with it. Tickets stay.") if form.submissions.exists() else ""
    return answer_deletion(request, form, "forms", "settings-forms", warning=warning)


@administrator_required
@require_safe
def show_builder(request, form_id):
    return render_builder(request, form_or_404(form_id))


def render_builder(request, form, *, typed="", refusal="", status=200):
    """The draft's rows beside its preview; ``typed`` could not be added because of ``refusal``."""
    properties, elements = askable(), form.draft_elements
    there = {each.key for each in elements}
    problems = problems_of(elements)
    wrong = {key for key, _words in problems}
    context = {
        "rows": [
            (each, each.labelled(properties), kind_of_row(each, properties), each.key in wrong) for each in elements
        ],
        "problems": problems,
        "rest": [heading for heading, key in headings(properties).items() if key not in there],
        "typed": typed,
        "refusal": refusal,
        "takes_files": "files" not in there,
        "moved": request.GET.get("moved"),
        "is_phone": request.GET.get("width") == "phone",
        "changes": changes_of(form),
    }
    return render_form(request, "desk/settings/form_builder.html", "builder", form, status=status, **context)


def headings(properties):
    """{what a property is called here: its key}."""
    return {f"{OWNERS[key.partition('.')[0]]}: {each.label}": key for key, each in properties.items()}


def kind_of_row(element, properties):
    """What a row of the builder says below its label."""
    if element.is_text:
        return _("Text block")
    if element.is_files:
        return _("Files")
    found = properties.get(element.key)
    return f"{OWNERS[element.kind]}: {found.label} · {found.type.label}" if found else _("A property that is gone")


@administrator_required
@require_POST
def create_element(request, form_id):
    """Put a property, files or a block of text at the end of the draft."""
    typed = clean_line(request.POST.get("property", ""), 300)
    added = request.POST.get("add")
    if added == "text":
        element = Element(new_key(), text={request.LANGUAGE_CODE: _("Write here what people should know.")})
    elif added == "files":
        element = Element("files")
    else:
        element = found_element(typed)
    try:
        if element is None:
            words = _("There is no property “%(name)s” to add. Choose one of the list.")
            raise ValidationError(words, params={"name": typed[:100]})
        form = draft_edited(form_id, lambda form: form.add(element))
    except ValidationError as error:
        return render_builder(request, form_or_404(form_id), typed=typed, refusal=" ".join(error.messages), status=422)
    return redirect("settings-form-element", form.pk, element.key)


def found_element(typed):
    """An element for the property that ``typed`` names as in the list, by label or by internal name; None for none."""
    properties = askable()
    names = {heading.casefold(): key for heading, key in headings(properties).items()}
    names |= {str(each.label).casefold(): key for key, each in reversed(properties.items())} | {
        key: key for key in properties
    }
    key = names.get(typed.casefold())
    return Element(key, is_required=key in ("ticket.subject", "contact.email")) if key else None


@administrator_required
@require_POST
def update_element_position(request, form_id, key):
    """Move an element up or down."""
    steps = -1 if request.POST.get("to") == "up" else 1
    form = draft_edited(form_id, lambda form: form.move(key, steps))
    return redirect(reverse("settings-form", args=[form.pk], query={"moved": key}))


@administrator_required
@require_POST
def update_order(request, form_id):
    """Order the draft as its rows stand on the page."""
    form = draft_edited(form_id, lambda form: form.arrange(request.POST.getlist("order")[:100]))
    return redirect("settings-form", form.pk)


@administrator_required
@require_POST
def delete_element(request, form_id, key):
    form = draft_edited(form_id, lambda form: form.drop(key))
    return redirect("settings-form", form.pk)


@administrator_required
@require_POST
def create_publication(request, form_id):
    return answer_deed(request, form_id, lambda form: form.publish(by=request.user), _("It is published."))


@administrator_required
@require_POST
def create_withdrawal(request, form_id):
    return answer_deed(
        request, form_id, lambda form: form.withdraw(by=request.user), _("Nobody can fill it in any more.")
    )


@administrator_required
@require_POST
def create_discarding(request, form_id):
    return answer_deed(request, form_id, lambda form: form.discard_draft(), _("The draft is as published again."))


def answer_deed(request, form_id, deed, told):
    """Do a deed with the whole form, or say beside the builder why not."""
    try:
        form = draft_edited(form_id, deed)
    except ValidationError as error:
        return render_builder(request, form_or_404(form_id), refusal=" ".join(error.messages), status=422)
    messages.success(request, told)
    return redirect("settings-form", form.pk)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(PREVIEW_POLICY)
def show_form_preview(request, form_id):
    """The draft as strangers would meet it, in a frame without scripts; a POST shows it anew and writes nothing."""
    form = form_or_404(form_id)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None:
        data["refresh"] = "yes"
    sheet = Sheet(data, elements=form.draft_elements, consent=own_text(form.consent), auto_id="field-%s")
    return render(request, "desk/settings/form_preview.html", {"form": sheet, "built": form})


urlpatterns = [
    path("forms/", show_forms, name="settings-forms"),
    path("forms/new/", create_form, name="settings-forms-new"),
    path("forms/<int:form_id>/", show_builder, name="settings-form"),
    path("forms/<int:form_id>/copy/", create_form_copy, name="settings-form-copy"),
    path("forms/<int:form_id>/deletion/", delete_form, name="settings-form-deletion"),
    path("forms/<int:form_id>/elements/", create_element, name="settings-form-elements"),
    path(
        "forms/<int:form_id>/elements/<str:key>/position/",
        update_element_position,
        name="settings-form-element-position",
    ),
    path("forms/<int:form_id>/elements/<str:key>/deletion/", delete_element, name="settings-form-element-deletion"),
    path("forms/<int:form_id>/order/", update_order, name="settings-form-order"),
    path("forms/<int:form_id>/publication/", create_publication, name="settings-form-publication"),
    path("forms/<int:form_id>/withdrawal/", create_withdrawal, name="settings-form-withdrawal"),
    path("forms/<int:form_id>/discarding/", create_discarding, name="settings-form-discarding"),
    path("forms/<int:form_id>/preview/", show_form_preview, name="settings-form-preview"),
]
