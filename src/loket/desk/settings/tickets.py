"""The tab *Tickets* of a portal: who sees which (T1, T3), in which words and columns (T5–T8), how they end (T10, T11)."""

from django.db import transaction
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_http_methods

from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.stamps import digest
from loket.desk.settings.ticket_forms import RULES, TicketsForm
from loket.people.models import Contact
from loket.tickets.models import ClosingPolicy, ListPolicy, ReplyPolicy, SightPolicy, WordingPolicy
from loket.tickets.preview import preview

POLICIES = (SightPolicy, WordingPolicy, ListPolicy, ReplyPolicy, ClosingPolicy)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_tickets(request, portal_id):
    """Show the tab, or save it whole. Changed rules of sight are saved once the page has said what they change (T4)."""
    portal = portal_or_404(portal_id, lock=request.method == "POST")
    policies = [policy.of(portal) for policy in POLICIES]
    form = TicketsForm(request.POST or None, policies=policies, language=portal.language)
    change = foreseen(form, portal) if request.method == "POST" else None
    if (
        request.method == "POST"
        and change is None
        and is_saved(request, form, lambda values: write(policies, values, request))
    ):
        return redirect("settings-tickets", portal_id)
    is_wrong = form.is_bound and not form.is_redrawn and change is None
    return render_settings(
        request, "desk/settings/tickets.html", "tickets", status=422 if is_wrong else 200,
        portal=portal, form=form, change=change,
    )  # fmt: skip


def foreseen(form, portal):
    """What the rules of ``form`` would change, unless they change nothing or the page has said it; else None."""
    if not form.is_valid() or not form.changes_sight():
        return None
    rules = {name: form.cleaned_data[name] for name in RULES}
    if form.data.get("previewed") == digest(rules):
        return None
    found = preview(portal, SightPolicy(portal=portal, **rules), Contact.objects.filter(memberships__portal=portal))
    form.previewed = digest(rules)
    return None if found.changes_nothing else found


def write(policies, values, request):
    """Each policy gets what is its own."""
    with transaction.atomic():
        for policy in policies:
            own = {field.name for field in policy._meta.fields}
            policy.set({name: value for name, value in values.items() if name in own}, by=request.user)


urlpatterns = [path("customer-portal/<int:portal_id>/tickets/", edit_tickets, name="settings-tickets")]
