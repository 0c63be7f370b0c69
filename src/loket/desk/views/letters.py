"""The outbox: every letter that leaves, and how its deliveries fare."""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from loket.desk.agents import agent_required
from loket.desk.pane import rail
from loket.guard.text import clean_line, number_in
from loket.mail.models import Delivery, Letter

PAGE = 50
PILLS = {"queued": "waiting", "sent": "success", "failed": "danger", "cancelled": ""}


@agent_required
@require_safe
def show_outbox(request):
    """Deliveries, newest first: by state, searched by address and subject."""
    query = clean_line(request.GET.get("q", ""), 200)
    state = request.GET.get("state") if request.GET.get("state") in Delivery.State.values else ""
    after = number_in(request.GET.get("after", ""))
    deliveries = found(query, state)
    if after is not None:
        deliveries = deliveries.filter(pk__lt=after)
    rows = list(deliveries.defer("letter__raw", "letter__text")[: PAGE + 1])
    kept = {"q": query, "state": state}
    is_more, rows = len(rows) > PAGE, rows[:PAGE]
    context = {
        "rail": rail(request),
        "here": "outbox",
        "deliveries": [(each, PILLS[each.state]) for each in rows],
        "query": query,
        "states": states(kept),
        "held": held_now(),
        "state": state,
        "previous_url": address(kept) if after is not None else "",
        "next_url": address(kept | {"after": rows[-1].pk}) if is_more else "",
    }
    return render(request, "desk/outbox.html", context)


def held_now():
    """What waits because too much left in an hour: {"address": how many, "all": how many, and the caps}; {} for nothing."""
    counted = dict(Delivery.objects.held().order_by().values_list("held").annotate(Count("pk")))
    return counted and counted | {"per_address": settings.MAIL_PER_ADDRESS, "per_hour": settings.MAIL_PER_HOUR}


def found(query, state):
    """Deliveries in ``state`` (or all) with ``query`` in address or subject (or all)."""
    deliveries = Delivery.objects.select_related("letter").newest_first()
    if state:
        deliveries = deliveries.filter(state=state)
    if query:
        deliveries = deliveries.filter(Q(address__icontains=query) | Q(letter__subject__icontains=query))
    return deliveries


def states(kept):
    """The segments of the state: (label, address, whether it is this one); "" for all."""
    return [
        (label, address(kept | {"state": value}), value == kept["state"])
        for value, label in [("", ""), *Delivery.State.choices]
    ]


def address(state):
    """The query of the outbox's address, without what is empty."""
    return "?" + urlencode({name: value for name, value in state.items() if value})


@agent_required
@require_safe
def show_letter(request, letter_id):
    """One letter. The text of a private one is never shown: it may hold a sign-in link."""
    letter = get_object_or_404(Letter, pk=letter_id)
    deliveries = [(each, PILLS[each.state]) for each in letter.deliveries.order_by("pk")]
    context = {
        "rail": rail(request),
        "here": "outbox",
        "letter": letter,
        "text": "" if letter.is_private else letter.text,
        "deliveries": deliveries,
        "is_about_ticket": letter.about_kind == "ticket",
    }
    return render(request, "desk/letter.html", context)


@agent_required
@require_POST
def create_retry(request, delivery_id):
    """Try a delivery again now."""
    delivery = get_object_or_404(Delivery.objects.select_related("letter"), pk=delivery_id)
    delivery.retry(by=request.user)
    return redirect("letter", delivery.letter_id)


@agent_required
@require_POST
def create_cancellation(request, delivery_id):
    """Stop trying a delivery."""
    delivery = get_object_or_404(Delivery.objects.select_related("letter"), pk=delivery_id)
    delivery.cancel(by=request.user)
    return redirect("letter", delivery.letter_id)
