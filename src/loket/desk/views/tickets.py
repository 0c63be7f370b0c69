"""A ticket: its conversation beside the list it was opened from."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from loket.conversations.purging import KEPT_DAYS
from loket.desk import timelines
from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.composers import composers, take_sent
from loket.desk.forms import NoteForm
from loket.desk.pane import PRIORITY_PILLS, Pane, rail
from loket.desk.sidebar import TicketCards
from loket.people.models import User
from loket.properties.catalogue import catalogue
from loket.tickets.models import Priority


@agent_required
@require_safe
def show_ticket(request, ticket_id):
    return render_ticket(request, ticket_or_404(request, ticket_id))


@agent_required
@require_safe
def show_news(request, ticket_id):
    return news(request, ticket_or_404(request, ticket_id))


def news(request, ticket):
    """What came into the timeline after the part that the page shows last; 204 when nothing did."""
    parts = timelines.of_ticket(ticket, catalogue("ticket"), after=request.GET.get("after"))
    if not parts:
        return HttpResponse(status=204)
    return render(request, "desk/timeline.html", {"timeline": parts})


def render_ticket(request, ticket, *, bound=None, problem="", status=200):
    """The ticket's page; ``bound`` is a form that came back with errors, ``problem`` what went wrong otherwise."""
    pane = Pane(request, current=ticket.pk)
    properties = catalogue("ticket")
    cards = TicketCards(request, ticket, properties)
    is_note = isinstance(bound, NoteForm)
    context = {
        "pane": pane,
        "rail": rail(request, pane),
        "ticket": ticket,
        "cards": cards,
        "timeline": timelines.of_ticket(ticket, properties),
        "composers": composers(request, ticket, pane, None if is_note else bound),
        "note_form": bound if is_note else NoteForm(),
        "sent": take_sent(request),
        "problem": problem,
        "purged_at": ticket.is_removed and ticket.removed_at + timedelta(days=KEPT_DAYS),
        "is_side_open": request.GET.get("side") == "open",
        "side_url": pane.ticket_address(ticket.pk, side="open") + "#details",
        "closed_side_url": pane.ticket_address(ticket.pk),
        "question_url": pane.ticket_address(ticket.pk, side="open", reader=""),
        **menus(request, ticket),
    }
    return render(request, "desk/ticket.html", context, status=status)


def menus(request, ticket):
    """What the head's menus offer."""
    statuses = list(ticket.status.pipeline.statuses.all())
    agents = [each for each in User.objects.agents() if each != request.user]
    return {
        "open_statuses": [each for each in statuses if not each.is_closed],
        "closed_statuses": [each for each in statuses if each.is_closed],
        "agents": agents,
        "priorities": Priority.choices,
        "priority_kind": PRIORITY_PILLS.get(ticket.priority, ""),
    }


def to_ticket(request, ticket_id, anchor=""):
    """Back to the ticket after a deed, beside the same list."""
    return redirect(Pane(request).ticket_address(ticket_id) + anchor)
