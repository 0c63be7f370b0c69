"""One ticket: its page, what is new in it, and that it was read."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from loket.portal import letters
from loket.portal.facts import Facts
from loket.portal.forms import ReplyForm
from loket.portal.members import member_required
from loket.portal.pages import render_page
from loket.tickets.models import ClosingPolicy, ReplyPolicy, Ticket, WordingPolicy


def ticket_or_404(request, pk, *, lock=False):
    """The ticket, when the member sees it here; hidden and absent answer alike.

    With ``lock``, inside a transaction, nobody else changes it meanwhile.
    """
    if lock:
        ticket = Ticket.objects.visible_to(request.member, request.portal).held(pk)
    else:
        ticket = Ticket.objects.in_sight(pk, request.member, request.portal)
    if ticket is None:
        raise Http404
    return ticket


@require_safe
@member_required
def ticket(request, pk):
    """C4."""
    return render_ticket(request, pk, ReplyForm(member=request.member, draft=draft_of(request, pk)))


def draft_of(request, pk):
    """What the member's reply to a ticket is called while it is written: its words in the browser, its files here. ""
    for an agent who looks on."""
    return "" if request.preview else f"{request.portal.pk}-{request.member.pk}-ticket-{pk}"


def render_ticket(request, pk, form, status=200):
    """The page of a ticket with ``form`` to answer by."""
    wording = WordingPolicy.of(request.portal)
    facts = Facts(request, pk, wording)
    messages, has_earlier = letters.latest(facts.pk, is_whole="whole" in request.GET)
    context = {
        "facts": facts,
        "title": facts.subject or f"{wording.called()} #{pk}",
        "state": "closed" if facts.is_closed else "open",
        "letters": letters.as_letters(pk, messages, wording),
        "description": facts.description_beside(messages[0] if messages else None),
        "has_earlier": has_earlier,
        "can_close": ClosingPolicy.of(request.portal).status_for(facts.ticket) is not None,
        "can_reply": ReplyPolicy.of(request.portal).takes_reply_to(facts.ticket),
        "form": form,
        "draft": draft_of(request, pk),
    }
    return render_page(request, "portal/ticket.html", wording, status=status, **context)


@require_safe
@member_required
def live(request, pk):
    """What came after the message that the page already has: 204 when nothing did."""
    ticket = ticket_or_404(request, pk)
    text = request.GET.get("after", "")
    known = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    messages = letters.after(ticket.pk, known)
    if not messages:
        return HttpResponse(status=204)
    wording = WordingPolicy.of(request.portal)
    return render(request, "portal/letters.html", {"letters": letters.as_letters(pk, messages, wording, is_new=True)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def reading(request, pk):
    """The member has read the ticket: said by a script, or by a button where there is none.

    Who was signed out meanwhile comes back by GET, and is led to the ticket.
    """
    ticket = ticket_or_404(request, pk)
    if request.method != "POST":
        return redirect("ticket", pk)
    ticket.mark_read(request.member)
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        return HttpResponse(status=204)
    return redirect("tickets")
