"""Where the member is signed in, and ending it elsewhere."""

from datetime import UTC, datetime

from django import forms
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from loket.access.models import OpenSession
from loket.access.sign_in.sessions import open_sessions
from loket.portal.members import member_required
from loket.portal.pages import render_page
from loket.tickets.models import WordingPolicy


class EndingForm(forms.Form):
    session = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


@require_safe
@member_required
def show_sessions(request):
    """The sessions that are open in this portal; an agent who looks on sees none."""
    found = [] if request.preview else open_sessions(request)
    shown = [(row, datetime.fromtimestamp(seen, UTC), is_here) for row, seen, is_here in found]
    wording = WordingPolicy.of(request.portal)
    return render_page(request, "portal/sessions.html", wording, sessions=shown, place="sessions")


@require_POST
@member_required
def create_ending(request):
    """End one other session (``session`` is its id), or without it all others."""
    mine = OpenSession.objects.filter(user=request.user, audience=request.mount.audience)
    others = mine.exclude(key=request.session.session_key)
    form = EndingForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    chosen = form.cleaned_data["session"]
    OpenSession.end_all(others.filter(pk=chosen) if chosen else others)
    return redirect("sessions")
