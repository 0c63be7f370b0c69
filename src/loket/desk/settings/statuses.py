"""Removing a status: what uses it is named, its tickets get another one (D5)."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from loket.desk.settings.links import linked
from loket.desk.settings.saving import add_errors
from loket.desk.settings.shell import administrator_required, render_settings
from loket.records.uses import uses_of
from loket.tickets.models import Status


class StatusChoice(forms.ModelChoiceField):
    def label_from_instance(self, status):
        return f"{status.pipeline} – {status.label}"


class RemovalForm(forms.Form):
    """Where the tickets of a status go."""

    to = StatusChoice(
        Status.objects.all(),
        label=gettext_lazy("Status they get instead"),
        help_text=gettext_lazy("It may be of another pipeline. Their history says so; nobody is told by mail."),
        empty_label="–",
    )

    def __init__(self, *args, status, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Status.objects.exclude(pk=status.pk).select_related("pipeline")
        self.fields["to"].required = self.asks = status.tickets.exists()


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_status(request, status_id):
    """Ask where the tickets go and remove the status; while something else uses it, say what."""
    status = get_object_or_404(Status.objects.select_related("pipeline"), pk=status_id)
    form, name = RemovalForm(request.POST if request.method == "POST" else None, status=status), status.label
    if form.is_bound and form.is_valid() and is_removed(request, status, form):
        messages.success(request, _("“%(name)s” was deleted.") % {"name": name})
        return redirect("settings-pipeline", status.pipeline_id)
    context = {"status_record": status, "form": form, "count": status.tickets.count(), "uses": linked(uses_of(status))}
    answer = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/status_deletion.html", "pipelines", status=answer, **context)


def is_removed(request, status, form):
    """Remove the status, or put into the form why not."""
    try:
        status.remove(to=form.cleaned_data["to"], by=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


urlpatterns = [path("statuses/<int:status_id>/deletion/", delete_status, name="settings-status-deletion")]
