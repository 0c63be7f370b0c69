"""What the page of a ticket says of it besides the conversation: the columns of the list, and the description (C4)."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from loket.portal.columns import columns_of
from loket.tickets.models import Ticket


class Facts:
    """Ticket ``pk`` as the member sees it; raises Http404 where they do not.

    ``subject`` is "" and ``status`` None where they are no columns; ``rows`` are (heading, HTML) of the other columns.
    ``ticket`` is the record itself, for rules: nothing of it is shown but by these.
    """

    def __init__(self, request, pk, wording):
        columns = columns_of(request.portal, wording)
        shown = {f"shown_{at}": column.property.expression for at, column in enumerate(columns)}
        shape = ("facts", get_language())
        self.ticket = ticket = Ticket.objects.in_sight(pk, request.member, request.portal, shape=shape, **shown)
        if ticket is None:
            raise Http404
        now = timezone.now()
        self.pk, self.is_closed, self.content = ticket.pk, ticket.is_closed, ticket.content
        self.subject, self.status, self.rows = "", None, []
        for name, column in zip(shown, columns, strict=True):
            value = getattr(ticket, name)
            if column.name == "subject":
                self.subject = value
            elif column.name != "content":
                self.rows.append((column.heading, column.teller(now, long=True)(value)))
            if column.name == "hs_pipeline_stage":
                self.status = column.words(value)

    def description_beside(self, first):
        """The description, unless the ``first`` message (or None) says the same."""
        content = self.content.strip()
        return "" if first and first.text.strip() == content else content
