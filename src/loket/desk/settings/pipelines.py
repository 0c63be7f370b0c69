"""Pipelines and their statuses (D5)."""

from django import forms
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.desk.editors import WithEditors
from loket.desk.settings.changes import changes_of
from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.rows import RowsField, WordedRow
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.guard.text import clean_line
from loket.tickets.models import Pipeline, Status

STATES = (("open", _("Open")), ("closed", _("Closed")))
FOLLOWING = ("after_agent", "after_customer")
FIRST_STATUSES = ((_("New"), False), (_("Closed"), True))


class StatusRow(WordedRow):
    """One status: its name, whether it is closed, and what customers read in each language (T8)."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Status"), max_length=100)
    state = forms.ChoiceField(label=_("Tickets are"), choices=STATES)

    def clean_label(self):
        return clean_line(self.cleaned_data["label"], 100)

    @classmethod
    def told(cls, value):
        return super().told(value) | {"state": "closed" if value["is_closed"] else "open"}

    def values(self):
        return {
            "id": self.cleaned_data["id"],
            "label": self.cleaned_data["label"],
            "is_closed": self.cleaned_data["state"] == "closed",
            "customer_label": self.customer_label,
        }

    @property
    def key(self):
        """The key of a status that is saved, else None."""
        value = str(self["id"].value() or "")
        return int(value) if value.isdecimal() and len(value) < 19 else None


class PipelineForm(WithEditors, StampedForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    statuses = RowsField(StatusRow, label=_("Statuses"))
    after_agent = forms.ModelChoiceField(
        Status.objects.none(), label=_("When an agent wrote, an open ticket moves to"), required=False,
        empty_label=_("It stays where it is"),
    )  # fmt: skip
    after_customer = forms.ModelChoiceField(
        Status.objects.none(), label=_("When a customer wrote, an open ticket moves to"), required=False,
        empty_label=_("It stays where it is"),
    )  # fmt: skip

    def __init__(self, *args, pipeline, **kwargs):
        super().__init__(*args, **kwargs)
        for name in FOLLOWING:
            if pipeline.pk:
                self.fields[name].queryset = pipeline.statuses.filter(is_closed=False)
            else:
                del self.fields[name]


@administrator_required
@require_safe
def show_pipelines(request):
    pipelines = Pipeline.objects.annotate(count=Count("statuses"))
    return render_settings(request, "desk/settings/pipelines.html", "pipelines", pipelines=pipelines)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_pipeline(request):
    return answer_form(request, Pipeline())


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_pipeline(request, pipeline_id):
    return answer_form(request, get_object_or_404(Pipeline.objects.select_for_update(), pk=pipeline_id))


def answer_form(request, pipeline):
    """Ask for a pipeline and its statuses, or write them."""
    called = pipeline.name
    current = {"name": called, "statuses": statuses_of(pipeline)}
    current |= {name: getattr(pipeline, name) for name in FOLLOWING if pipeline.pk}
    form = PipelineForm(request.POST or None, current=current, pipeline=pipeline)

    def write(values):
        following = {name: values[name] for name in FOLLOWING if name in values}
        pipeline.arrange(values["name"], values["statuses"], by=request.user)
        pipeline.set(following, by=request.user)

    if request.method == "POST" and is_saved(request, form, write):
        return redirect("settings-pipeline", pipeline.pk)
    context = {"form": form, "pipeline": pipeline, "called": called}
    if called:
        context["changes"] = changes_of(pipeline)
    status = 422 if form.is_bound and not form.is_redrawn else 200
    return render_settings(request, "desk/settings/pipeline.html", "pipelines", status=status, **context)


def statuses_of(pipeline):
    """The statuses as the form asks for them; a new pipeline begins with two."""
    if not pipeline.pk:
        return [new_status(label, is_closed) for label, is_closed in FIRST_STATUSES]
    return [
        {"id": each.pk, "label": each.label, "is_closed": each.is_closed, "customer_label": each.customer_label}
        for each in pipeline.statuses.all()
    ]


def new_status(label, is_closed):
    return {"id": None, "label": str(label), "is_closed": is_closed, "customer_label": {}}


@administrator_required
@require_POST
def update_position(request, pipeline_id):
    """Move a pipeline up or down."""
    pipeline = get_object_or_404(Pipeline, pk=pipeline_id)
    pipeline.move(-1 if request.POST.get("to") == "up" else 1, by=request.user)
    return redirect("settings-pipelines")


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_pipeline(request, pipeline_id):
    pipeline = get_object_or_404(Pipeline, pk=pipeline_id)
    warning = _("Its statuses go with it. No ticket is in it.")
    return answer_deletion(request, pipeline, "pipelines", "settings-pipelines", warning=warning)


urlpatterns = [
    path("pipelines/", show_pipelines, name="settings-pipelines"),
    path("pipelines/new/", create_pipeline, name="settings-pipelines-new"),
    path("pipelines/<int:pipeline_id>/", edit_pipeline, name="settings-pipeline"),
    path("pipelines/<int:pipeline_id>/position/", update_position, name="settings-pipeline-position"),
    path("pipelines/<int:pipeline_id>/deletion/", delete_pipeline, name="settings-pipeline-deletion"),
]
