"""Views of tickets that agents save: made, changed, deleted (D1)."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from loket.desk.agents import agent_required
from loket.desk.conditions import FilterField
from loket.desk.editors import WithEditors
from loket.desk.pane import rail
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.stamps import StampedForm
from loket.tickets.models import SavedView


class SavedViewForm(WithEditors, StampedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    rule = FilterField(
        "ticket",
        label=gettext_lazy("Tickets in it"),
        help_text=gettext_lazy("All tickets that meet the conditions, open or closed."),
        empty=gettext_lazy("None yet: add a condition."),
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Share with the team"),
        required=False,
        help_text=gettext_lazy("Every agent has it in their list."),
    )


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_saved_view(request):
    return answer_form(request, SavedView(owner=request.user, rule={}))


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_saved_view(request, view_id):
    return answer_form(request, view_or_404(request, view_id))


def view_or_404(request, view_id):
    """A view that the agent may change; nobody else changes it meanwhile, when it is to be written."""
    views = SavedView.objects.changeable_by(request.user)
    return get_object_or_404(views.select_for_update() if request.method == "POST" else views, pk=view_id)


def answer_form(request, view):
    """Ask for a view, or write it."""
    called = view.name
    current = {"name": view.name, "rule": view.rule, "is_shared": view.is_shared}
    form = SavedViewForm(request.POST or None, current=current)
    if request.method == "POST" and is_saved(request, form, lambda values: view.set(values, by=request.user)):
        return redirect("view", f"saved-{view.pk}")
    status = 422 if form.is_bound and not form.is_redrawn else 200
    context = {"form": form, "view": view, "called": called, "rail": rail(request)}
    return render(request, "desk/saved_view.html", context, status=status)


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def delete_saved_view(request, view_id):
    """Ask whether to delete a view, or do it. Its tickets stay."""
    view = view_or_404(request, view_id)
    if request.method != "POST":
        return render(request, "desk/saved_view_deletion.html", {"view": view, "rail": rail(request)})
    view.remove(by=request.user)
    messages.success(request, _("“%(name)s” was deleted.") % {"name": view})
    return redirect("desk")
