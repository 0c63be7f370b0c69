"""Views of tickets: the list, with no ticket open."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from loket.desk import queues
from loket.desk.agents import agent_required
from loket.desk.pane import Pane, rail, views_of
from loket.portals.models import Portal


@agent_required
@require_safe
def show_desk(request):
    """The desk begins at its first view; before there is any portal, at the set-up."""
    if not Portal.objects.exists():
        return redirect("setup")
    return redirect("view", queues.FIRST)


@agent_required
@require_safe
def show_view(request, view):
    """A view's list."""
    if view not in views_of(request):
        raise Http404
    pane = Pane(request, view=view)
    return render(request, "desk/view.html", {"pane": pane, "rail": rail(request, pane)})
