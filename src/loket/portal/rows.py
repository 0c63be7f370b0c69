"""The list as a table: heads and rows. Cells are made here and not by the template, which would take ten times as long."""

from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from loket.portal.listing import ACTIVITY
from loket.properties import types
from loket.search import engine
from loket.tickets.models import TicketReading
from loket.ui.templatetags.ui import pill

CLASSES = {ACTIVITY: "cell-activity", "hs_pipeline_stage": "cell-status"}
DESCENDING_FIRST = (types.DATE, types.DATETIME, types.NUMBER)


class Head(NamedTuple):
    """``sorted`` is "ascending", "descending" or "" ; ``address`` sorts by this column, "" where that cannot be."""

    heading: str
    address: str
    sorted: str
    icon: str


class Row(NamedTuple):
    is_unread: bool
    cells: str


def heads(listing):
    """The heads of the columns."""
    current = listing.sort or f"-{ACTIVITY}"
    return [head(listing, column, current) for column in listing.columns]


def head(listing, column, current):
    """One head: a click sorts by it, another one turns it round."""
    is_current = current.removeprefix("-") == column.name
    is_descending = current.startswith("-") if is_current else column.property.type in DESCENDING_FIRST
    turned = is_descending != is_current
    address = listing.address(sort=f"-{column.name}" if turned else column.name) if column.is_sortable else ""
    state = ("descending" if is_descending else "ascending") if is_current else ""
    return Head(column.heading, address, state, "arrow-down" if is_descending else "arrow-up")


def table(listing, lines, since):
    """The rows of ``lines``, with what is unread and, in a search, the passage that was found.

    What happened before ``since``, when the member was let in, is no news.
    """
    ids = [line.pk for line in lines]
    read = dict(
        TicketReading.objects.filter(contact_id=listing.member.pk, ticket__in=ids).values_list("ticket_id", "read_at")
    )
    texts = engine.texts("ticket", ids) if listing.q else {}
    start, end = reverse("ticket", args=[0]).rsplit("0", 1)
    now = timezone.now()
    tellers = [column.teller(now) for column in listing.columns]
    lead = next((at for at, column in enumerate(listing.columns) if column.name == "subject"), 0)
    rows = []
    for line in lines:
        is_unread = read.get(line.pk, since) < line.last_activity_at
        told = [tell(value) for tell, value in zip(tellers, line.values, strict=True)]
        cells = [cell(column, inside, line) for column, inside in zip(listing.columns, told, strict=True)]
        cells[lead] = lead_cell(listing, line, lead, told[lead], is_unread, f"{start}{line.pk}{end}", texts)
        rows.append(Row(is_unread, mark_safe("".join(cells))))
    return rows


def cell(column, inside, line):
    """One cell of one column."""
    if column.name == "hs_pipeline_stage" and inside:
        inside = state_pill(inside, "closed" if line.is_closed else "open")
    css = CLASSES.get(column.name)
    return f'<td class="{css}">{inside}</td>' if css else f"<td>{inside}</td>"


state_pill = lru_cache(100)(pill)


def lead_cell(listing, line, lead, shown, is_unread, address, texts):
    """The cell that leads to the ticket: the subject's, or, where that is no column, the first one with the number."""
    column, value = listing.columns[lead], line.values[lead]
    new = _("New")
    dot = f'<span class="dot" title="{new}"><span class="visually-hidden">{new}</span></span>'
    dot = dot if is_unread else '<span class="dot read"></span>'
    if column.name != "subject":
        return f'<td class="cell-subject">{dot}<a class="row-link number" href="{address}">#{line.pk}</a> {shown}</td>'
    shown = marked(value, listing.q) if listing.q else shown or _("(no subject)")
    found = excerpt(texts.get(line.pk, ""), value, listing.q)
    return (
        f'<td class="cell-subject">{dot}<span class="number">#{line.pk}</span>'
        f'<a class="row-link" href="{address}">{shown}</a>{found}</td>'
    )


def marked(subject, query):
    """The whole subject, escaped, with the words of ``query`` marked."""
    return engine.marked(subject, query) if subject else _("(no subject)")


def excerpt(text, subject, query):
    """Where the words stand in description or messages; nothing when only number and subject hold them."""
    if not text:
        return ""
    text = text.partition("\n")[2].removeprefix(subject or "")
    passage = engine.snippet(text, query, width=140)
    return f'<span class="excerpt">{passage}</span>' if "<mark>" in passage else ""
