"""The record page of a company."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from loket.conversations import timeline
from loket.desk import timelines
from loket.desk.agents import agent_required, tickets_for
from loket.desk.forms import NoteForm
from loket.desk.pane import rail
from loket.desk.sidebar import MOST_TICKETS, in_words
from loket.people.models import Company
from loket.properties.catalogue import catalogue

MOST_PEOPLE = 50


@agent_required
@require_safe
def show_company(request, company_id):
    return render_company(request, get_object_or_404(Company.objects.select_related("parent"), pk=company_id))


def render_company(request, company, form=None, status=200):
    """A company with properties, people, tickets and all that was said and done."""
    properties = catalogue("company")
    tickets = tickets_for(request).kept().filter(ticketcompany__company=company).select_related("status").newest_first()
    context = {
        "rail": rail(request),
        "company": company,
        "properties": in_words(Company.objects.filter(pk=company.pk), properties),
        "contacts": company.contacts.order_by("first_name", "last_name", "pk")[:MOST_PEOPLE],
        "tickets": tickets[:MOST_TICKETS],
        "timeline": timelines.of_record(timeline.of_company(company), properties),
        "note_form": form or NoteForm(),
    }
    return render(request, "desk/company.html", context, status=status)
