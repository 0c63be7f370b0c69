"""Looking: the page of a ticket says every few seconds that an agent has it before them, and hears what is new (D1)."""

from urllib.parse import quote

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loket.desk.agents import agent_required, ticket_or_404
from loket.desk.views.tickets import news

ONLOOKERS = "X-Loket-Onlookers"


@agent_required
@require_POST
def create_look(request, ticket_id):
    """Note the look. Answers as a live update does, and says in a header, percent-encoded, who else looks."""
    ticket = ticket_or_404(request, ticket_id)
    ticket.look_at(request.user)
    request.user.notices.filter(ticket=ticket).mark_read()
    response = news(request, ticket)
    response.headers[ONLOOKERS] = quote(in_words(ticket.onlookers(request.user)))
    return response


def in_words(agents):
    """“Also here: Erin, Dora Deskworth”; nothing for nobody."""
    return _("Also here: %(names)s") % {"names": ", ".join(each.name for each in agents)} if agents else ""
