"""Notes on tickets, contacts and companies."""

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.forms import NoteForm
from loket.desk.views.companies import render_company
from loket.desk.views.contacts import render_contact
from loket.desk.views.tickets import render_ticket, to_ticket
from loket.history.models import write_note
from loket.people.models import Company, Contact


@agent_required
@require_POST
def create_ticket_note(request, ticket_id):
    ticket = ticket_or_404(request, ticket_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render_ticket(request, ticket, bound=form, status=422)
    return to_ticket(request, ticket.pk, f"#note-{written(form, ticket, by=request.user).pk}")


@agent_required
@require_POST
def create_contact_note(request, contact_id):
    contact = get_object_or_404(Contact, pk=contact_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render_contact(request, contact, form, status=422)
    written(form, contact, by=request.user)
    return redirect("contact", contact.pk)


@agent_required
@require_POST
def create_company_note(request, company_id):
    company = get_object_or_404(Company, pk=company_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render_company(request, company, form, status=422)
    written(form, company, by=request.user)
    return redirect("company", company.pk)


def written(form, record, *, by):
    """The note that a valid ``form`` makes on ``record``."""
    return write_note(record, form.cleaned_data["text"], by=by, token=form.key(by, record))
