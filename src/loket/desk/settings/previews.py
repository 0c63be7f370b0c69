"""From the desk into a portal (P7, P8): as it is, or as one contact would see it."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from loket.access.previews import hand_over
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.guard.text import clean_line
from loket.people.models import Contact

MOST = 20


@settings_required
@require_POST
def create_preview(request, portal_id):
    """Hand over to the portal. A page and not a redirect: a form may lead nowhere but to its own host."""
    address = hand_over(portal_or_404(portal_id), by=request.user)
    return render(request, "desk/settings/hand_over.html", {"address": address})


@settings_required
@require_POST
def create_view_as(request, portal_id, contact_id):
    """Hand over to the portal as ``contact_id`` would see it."""
    address = hand_over(portal_or_404(portal_id), get_object_or_404(Contact, pk=contact_id), by=request.user)
    return render(request, "desk/settings/hand_over.html", {"address": address})


@settings_required
@require_safe
def choose_contact(request, portal_id):
    """Find the contact to view the portal as, by name or address."""
    portal, q = portal_or_404(portal_id), clean_line(request.GET.get("q", ""), 200)
    words = Q()
    for word in q.split():
        words &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
    found = Contact.objects.select_related("primary_company").filter(words) if q else members(portal)
    contacts = found.order_by("first_name", "last_name", "pk")[:MOST]
    return render_settings(request, "desk/settings/view_as.html", "general", portal=portal, contacts=contacts, q=q)


def members(portal):
    """Contacts who may enter, to begin with."""
    return Contact.objects.select_related("primary_company").filter(memberships__portal=portal)


urlpatterns = [
    path("customer-portal/<int:portal_id>/preview/", create_preview, name="settings-preview"),
    path("customer-portal/<int:portal_id>/view-as/", choose_contact, name="settings-view-as"),
    path("customer-portal/<int:portal_id>/view-as/<int:contact_id>/", create_view_as, name="settings-view-as-contact"),
]
