"""Notices: what the agent was told, and what they want to be told (D9)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.desk.agents import agent_required
from loket.desk.own_forms import OwnForm
from loket.desk.pane import rail
from loket.notices.models import NoticeChoice
from loket.notices.telling import sentence
from loket.ui.dates import time_tag

MOST = 100
ICONS = {"new": "ticket", "assigned": "user-check", "mentioned": "at-sign", "replied": "reply"}


@agent_required
@require_safe
def show_notices(request):
    """The newest ones, unread or not."""
    now = timezone.now()
    notices = request.user.notices.select_related("ticket").newest_first()[:MOST]
    rows = [
        {
            "icon": ICONS[each.kind],
            "sentence": sentence(each.kind, each.actor_name),
            "ticket": each.ticket,
            "time": time_tag(each.created_at, now),
            "is_unread": each.read_at is None,
        }
        for each in notices
    ]
    context = {
        "rail": rail(request),
        "here": "notices",
        "rows": rows,
        "is_any_unread": any(r["is_unread"] for r in rows),
    }
    return render(request, "desk/notices.html", context)


@agent_required
@require_POST
def create_reading(request):
    """Mark all as read."""
    request.user.notices.all().mark_read()
    return redirect("notices")


@agent_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_own(request):
    """What the agent wants to be told, and how they sign."""
    choice = NoticeChoice.of(request.user)
    form = OwnForm(request.POST or None, agent=request.user, choice=choice)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("own-settings")
    context = {"rail": rail(request), "here": "own", "form": form}
    return render(request, "desk/own.html", context, status=422 if form.is_bound else 200)
