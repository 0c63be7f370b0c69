"""Agents: who is of the support team, and what each may do."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.access.invitations import invite_agent, mail_agent
from loket.access.models import DeskEntry
from loket.access.second_factors import factor_of
from loket.desk.agents import tickets_for
from loket.desk.settings.changes import changes_of
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.guard.text import refuse_unstorable
from loket.people.addresses import clean_address
from loket.people.models import User

NAMES_AND_RIGHTS = ("first_name", "last_name", "is_administrator", "may_set")


class NamesAndRights(forms.Form):
    first_name = forms.CharField(
        label=gettext_lazy("First name"), max_length=150, required=False, validators=[refuse_unstorable]
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"), max_length=150, required=False, validators=[refuse_unstorable]
    )
    is_administrator = forms.BooleanField(
        label=gettext_lazy("Administrator"),
        required=False,
        help_text=gettext_lazy("May change all settings, and say who may do what."),
    )
    may_set = forms.BooleanField(
        label=gettext_lazy("Customer Portal settings"),
        required=False,
        help_text=gettext_lazy("May set up portals and see what customers see. Administrators have this right anyway."),
    )


class InvitationForm(NamesAndRights):
    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ("email", *NAMES_AND_RIGHTS)

    def clean_email(self):
        return clean_address(self.cleaned_data["email"])

    def values(self):
        """What was typed, cleaned."""
        return self.cleaned_data


class AgentForm(NamesAndRights, StampedForm):
    """An agent's names and rights; nobody takes the administrator's right from themselves by accident."""

    def __init__(self, *args, is_own, **kwargs):
        super().__init__(*args, **kwargs)
        if is_own:
            self.fields["is_administrator"].disabled = True
            self.fields["is_administrator"].help_text = _(
                "You cannot take this right from yourself: another administrator can."
            )


@administrator_required
@require_safe
def show_agents(request):
    agents = User.objects.agents_ever().select_related("second_factor")
    entry = DeskEntry.stored()
    context = {"agents": agents, "entry": entry, "changes": changes_of(entry)}
    return render_settings(request, "desk/settings/agents.html", "agents", **context)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_agent(request):
    """Invite somebody by their address."""
    form = InvitationForm(request.POST or None)

    def write(values):
        invite_agent(values.pop("email"), values, by=request.user)

    told = _("The invitation is on its way.")
    if request.method == "POST" and is_saved(request, form, write, told):
        return redirect("settings-agents")
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/new_agent.html", "agents", status=status, form=form)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_agent(request, agent_id):
    agent = agent_or_404(agent_id, lock=request.method == "POST")
    current = {name: getattr(agent, name) for name in NAMES_AND_RIGHTS}
    form = AgentForm(request.POST or None, current=current, is_own=agent == request.user)
    called = agent.name
    if request.method == "POST" and is_saved(request, form, lambda values: agent.change(values, by=request.user)):
        return redirect("settings-agent", agent_id)
    return render_agent(request, agent, form, called, status=422 if form.is_bound else 200)


def render_agent(request, agent, form, called, status=200):
    """An agent's page, with their tickets in numbers and the history of their rights."""
    tickets = tickets_for(request).owned_by(agent)
    numbers = tickets.aggregate(every=Count("pk"), open=Count("pk", filter=Q(closed_at=None)))
    factor = factor_of(agent)
    context = {
        "agent": agent,
        "factor": factor,
        "called": called,
        "form": form,
        "numbers": numbers,
        "changes": changes_of(agent),
    }
    return render_settings(request, "desk/settings/agent.html", "agents", status=status, **context)


def agent_or_404(agent_id, *, lock=False):
    """One who is or was an agent. With ``lock``, inside a transaction, no other administrator changes them meanwhile."""
    agents = User.objects.agents_ever()
    return get_object_or_404(agents.select_for_update() if lock else agents, pk=agent_id)


@administrator_required
@require_POST
@whole
def create_invitation(request, agent_id):
    """Send the mail again, with a fresh link, to one who has set no password yet."""
    agent = agent_or_404(agent_id, lock=True)
    if not agent.is_agent or agent.has_usable_password():
        raise Http404
    mail_agent(agent, by=request.user)
    messages.success(request, _("The invitation is on its way."))
    return redirect("settings-agent", agent_id)


@administrator_required
@require_POST
@whole
def create_retirement(request, agent_id):
    """Deactivate: out of the desk at their next request, their name stays."""
    agent = agent_or_404(agent_id, lock=True)
    try:
        agent.retire(by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s cannot use the desk any more.") % {"name": agent})
    return redirect("settings-agent", agent_id)


@administrator_required
@require_POST
@whole
def create_return(request, agent_id):
    """Activate one who was deactivated, with the rights that they had."""
    agent = agent_or_404(agent_id, lock=True)
    agent.appoint(by=request.user)
    messages.success(request, _("%(name)s can use the desk again.") % {"name": agent})
    return redirect("settings-agent", agent_id)


urlpatterns = [
    path("agents/", show_agents, name="settings-agents"),
    path("agents/new/", create_agent, name="settings-agents-new"),
    path("agents/<int:agent_id>/", edit_agent, name="settings-agent"),
    path("agents/<int:agent_id>/invitation/", create_invitation, name="settings-agent-invitation"),
    path("agents/<int:agent_id>/retirement/", create_retirement, name="settings-agent-retirement"),
    path("agents/<int:agent_id>/return/", create_return, name="settings-agent-return"),
]
