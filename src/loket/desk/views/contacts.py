"""The record page of a contact."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from loket.access.models import Membership, SecondFactor
from loket.conversations import timeline
from loket.desk import timelines
from loket.desk.agents import agent_required, tickets_for
from loket.desk.forms import NoteForm
from loket.desk.pane import rail
from loket.desk.sidebar import MOST_TICKETS, in_words
from loket.people.models import Contact
from loket.portals.models import Portal
from loket.properties.catalogue import catalogue

MOST_CONSENTS = 20


@agent_required
@require_safe
def show_contact(request, contact_id):
    return render_contact(request, get_object_or_404(Contact, pk=contact_id))


def others_for(agent, contact):
    """The portals that ``agent`` may let ``contact`` into."""
    can_let_in = agent.is_administrator and contact.email
    return (
        Portal.objects.exclude(memberships__contact=contact).order_by("name", "pk")
        if can_let_in
        else Portal.objects.none()
    )


def render_contact(request, contact, form=None, status=200):
    """A contact with properties, companies, tickets and all that was said and done."""
    properties = catalogue("contact")
    tickets = tickets_for(request).kept().filter(ticketcontact__contact=contact).select_related("status").newest_first()
    context = {
        "rail": rail(request),
        "contact": contact,
        "properties": in_words(Contact.objects.filter(pk=contact.pk), properties, without=("company",)),
        "companies": contact.companies.order_by("name", "pk"),
        "tickets": tickets[:MOST_TICKETS],
        "memberships": Membership.objects.filter(contact=contact).select_related("portal").order_by("portal__name"),
        "others": others_for(request.user, contact),
        "factor": SecondFactor.objects.filter(user__contact=contact).first(),
        "consents": contact.consents.order_by("-given_at", "-pk")[:MOST_CONSENTS],
        "timeline": timelines.of_record(timeline.of_contact(contact), properties),
        "note_form": form or NoteForm(),
    }
    return render(request, "desk/contact.html", context, status=status)
