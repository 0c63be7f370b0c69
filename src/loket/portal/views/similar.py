"""While somebody types a subject: what they or their company asked already (C7)."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from loket.portal.members import member_required
from loket.portal.similar import similar_to


@require_safe
@member_required
def similar(request):
    """The piece of the page that offers them; empty when there are none."""
    found = similar_to(request.GET.get("q", ""), request.member, request.portal)
    return render(request, "portal/similar.html", {"similar": found})
