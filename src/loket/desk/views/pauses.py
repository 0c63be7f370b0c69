"""The pause that a restored installation begins with: what it means, and its end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loket.desk.agents import agent_required
from loket.desk.pane import rail
from loket.mail import pauses


@agent_required
@require_safe
def show_pause(request):
    """What waits; to the outbox when nothing does."""
    pause = pauses.look()
    if pause is None:
        return redirect("outbox")
    context = {"rail": rail(request), "here": "pause", "pause": pause, "waiting": pause.waiting().count()}
    return render(request, "desk/pause.html", context)


@agent_required
@require_POST
def create_resumption(request):
    """Let workers go on; with "cancel" the mail from the backup is dropped first. Only an administrator may."""
    if not request.user.is_administrator:
        raise PermissionDenied
    pause = pauses.look()
    if pause is not None:
        pause.end(by=request.user, cancel_waiting="cancel" in request.POST)
        pauses.look()
        messages.success(request, _("Mail goes on."))
    return redirect("outbox")
