"""The list of tickets, as a page and as a file."""

from django.http import StreamingHttpResponse
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from loket.portal import export, rows
from loket.portal.listing import MOST_SORTED, Listing
from loket.portal.members import member_required
from loket.portal.pages import render_page
from loket.tickets.models import WordingPolicy


@require_safe
@member_required
def tickets(request):
    """C1, C2."""
    wording = WordingPolicy.of(request.portal)
    listing = Listing(request.GET, request.member, request.portal, wording)
    page = listing.page()
    context = {
        "listing": listing,
        "heads": rows.heads(listing),
        "rows": rows.table(listing, page.lines, request.since),
        "counts": listing.counts(page),
        "previous_url": page.previous and listing.address(before=page.previous),
        "next_url": page.next and listing.address(after=page.next),
        "place": "tickets",
    }
    return render_page(request, "portal/tickets.html", wording, **context, **addresses(listing), **words(wording))


def addresses(listing):
    """Where the parts of the page lead, each with the rest of what is asked for kept."""
    without_filters = dict.fromkeys((name for each in listing.filters for name in each.parameters), "")
    return {
        "status_address": {"all": listing.address(status="")}
        | {status: listing.address(status=status) for status in ("open", "closed")},
        "view_address": {"company": listing.address(view=""), "own": listing.address(view="own")},
        "clear_address": listing.address(**without_filters),
        "clear_all_address": listing.address(q="", **without_filters),
        "export_query": listing.address().removeprefix("./"),
        "hidden": listing.parameters(q="", **without_filters),
    }


def words(wording):
    """Words with what tickets are called in them (T5)."""
    several = wording.within(2)
    too_long = _(
        "More than %(most)s %(tickets)s are too many to sort by this column. Choose a status or a filter first."
    )
    return {
        "too_long": too_long % {"most": number_format(MOST_SORTED, force_grouping=True), "tickets": several},
        "organization": _("Organization %(tickets)s") % {"tickets": several},
        "search_words": _("Search %(tickets)s") % {"tickets": several},
    }


@require_safe
@member_required
def tickets_csv(request):
    """C3: all pages of the current view."""
    wording = WordingPolicy.of(request.portal)
    listing = Listing(request.GET, request.member, request.portal, wording)
    response = StreamingHttpResponse(export.as_csv(listing), content_type="text/csv; charset=utf-8")
    name = export.name_of(wording.called(2))
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
