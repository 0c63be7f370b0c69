"""Two-step sign-in, as administrators see to it: asked of every agent, taken from who has lost their phone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loket.access.models import DeskEntry, SecondFactor
from loket.desk.settings.saving import whole
from loket.desk.settings.shell import administrator_required
from loket.people.models import Contact, User


@administrator_required
@require_POST
@whole
def update_requirement(request):
    """Ask a second step of every agent ("1"), or leave it to each ("0")."""
    wanted = request.POST.get("is_required") == "1"
    try:
        DeskEntry.stored().set({"requires_second_factor": wanted}, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = _("Every agent needs a second step now.") if wanted else _("Each agent decides for themselves now.")
        messages.success(request, told)
    return redirect("settings-agents")


@administrator_required
@require_POST
@whole
def create_agent_removal(request, agent_id):
    """Take the second step from another agent. One's own goes by a code only, on one's own page."""
    agent = get_object_or_404(User.objects.agents_ever().exclude(pk=request.user.pk), pk=agent_id)
    remove(request, agent)
    return redirect("settings-agent", agent_id)


@administrator_required
@require_POST
@whole
def create_contact_removal(request, contact_id):
    """Take the second step from a customer."""
    contact = get_object_or_404(Contact, pk=contact_id, user__isnull=False)
    if contact.user != request.user:
        remove(request, contact.user)
    return redirect("contact", contact_id)


def remove(request, user):
    """End it, if there is one."""
    factor = get_object_or_404(SecondFactor, user=user)
    factor.remove(by=request.user)
    messages.success(request, _("%(name)s signs in by one step again.") % {"name": user})


urlpatterns = [
    path("agents/second-factor-requirement/", update_requirement, name="settings-second-factor-requirement"),
    path(
        "agents/<int:agent_id>/second-factor-removal/",
        create_agent_removal,
        name="settings-agent-second-factor-removal",
    ),
    path(
        "contacts/<int:contact_id>/second-factor-removal/",
        create_contact_removal,
        name="settings-contact-second-factor-removal",
    ),
]
