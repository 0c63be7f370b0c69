"""Who may use the desk, asked anew at every request, and what they reach from here."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from loket.access.sign_in.sessions import LIVE_HEADER
from loket.mail import pauses
from loket.tickets.models import Ticket

RECORDS = ("ticket", "contact", "company")


def is_agent(user):
    """Whether ``user`` is of the support team and in use."""
    return user.is_authenticated and user.is_active and user.is_agent


def agent_required(view):
    """Let agents in; send others to sign in, or to *access denied*. Nothing of the desk is kept in a cache."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        request.pause = pauses.lasting() if is_agent(request.user) else None
        response = view(request, *args, **kwargs) if is_agent(request.user) else refusal(request, kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return guarded


def refusal(request, kwargs):
    """Where somebody goes who is no agent; a live update just ends."""
    if LIVE_HEADER in request.headers:
        return HttpResponse(status=401)
    if request.user.is_authenticated:
        return redirect("access-denied")
    return redirect_to_login(page_behind(request, kwargs), reverse("account_login"))


def page_behind(request, kwargs):
    """The page to show after signing in: for a form, the record that it was on, where its draft comes back."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    about = [(kind, kwargs[f"{kind}_id"]) for kind in RECORDS if f"{kind}_id" in kwargs]
    return reverse(about[0][0], args=[about[0][1]]) if about else request.mount.prefix


def tickets_for(request):
    """All tickets that the agent sees: every query for tickets in the desk starts here."""
    return Ticket.objects.visible_to_agent(request.user)


def ticket_or_404(request, ticket_id, *, lock=False):
    """One ticket in sight. With ``lock``, inside a transaction, nobody else changes it meanwhile."""
    tickets = tickets_for(request).select_related("status__pipeline", "owner", "primary_company")
    ticket = tickets.held(ticket_id) if lock else tickets.filter(pk=ticket_id).first()
    if ticket is None:
        raise Http404
    return ticket
