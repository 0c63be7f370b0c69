"""Who may enter which portal, one contact at a time, on the contact's page: let in by hand, and shut out again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loket.access.invitations import invite_contact
from loket.access.models import Membership, Source, revoke
from loket.desk.settings.saving import whole
from loket.desk.settings.shell import administrator_required
from loket.guard.text import number_in
from loket.people.models import Contact
from loket.portals.models import Portal


@administrator_required
@require_POST
@whole
def create_membership(request, contact_id):
    """Let the contact into the chosen portal, and mail them how to enter."""
    contact = get_object_or_404(Contact, pk=contact_id)
    portal = get_object_or_404(Portal, pk=number_in(request.POST.get("portal", "")))
    try:
        invite_contact(contact.email or "", portal, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = {"name": contact.name, "portal": portal.name}
        messages.success(request, _("%(name)s may enter %(portal)s now, and is told so by mail.") % words)
    return redirect("contact", contact_id)


@administrator_required
@require_POST
@whole
def create_membership_removal(request, contact_id, portal_id):
    """Shut the contact out. Who is in an access group leaves with the group, since it would let them in again."""
    members = Membership.objects.exclude(source=Source.GROUP).select_related("contact", "portal")
    member = get_object_or_404(members, contact=contact_id, portal=portal_id)
    revoke(member.contact, member.portal, by=request.user)
    words = {"name": member.contact.name, "portal": member.portal.name}
    messages.success(request, _("%(name)s may not enter %(portal)s any more.") % words)
    return redirect("contact", contact_id)


urlpatterns = [
    path("contacts/<int:contact_id>/memberships/", create_membership, name="settings-contact-memberships"),
    path(
        "contacts/<int:contact_id>/memberships/<int:portal_id>/removal/",
        create_membership_removal,
        name="settings-contact-membership-removal",
    ),
]
