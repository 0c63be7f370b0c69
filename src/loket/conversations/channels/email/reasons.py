"""Why a mail lies where it lies, in words: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "unreadable": _("It could not be read. It is stored whole: release it to try again."),
    "too_large": _("It is larger than what is fetched by itself. Release it to fetch it whole."),
    "fetching": _("It will be fetched whole the next time the mailbox is looked into."),
    "gone": _("Somebody deleted it from the mailbox before it was fetched whole."),
    "no_sender": _("It does not say who wrote it. Released, it becomes a ticket without a contact."),
    "no_pipeline": _("There was no open status for a new ticket. Make one, then release it."),
    "forged": _("Our mail server says that its sender is forged."),
    "agent_unproven": _("It says to be from an agent, but our mail server has not proven it."),
    "another_sender": _("It was sent to somebody else’s reply address. Released, only agents see it in that ticket."),
    "flood": _(
        "This contact has written into one ticket so often that it looks like two machines answering each other."
    ),
    "ticket_removed": _("It answers a ticket that was put away. Restore the ticket, then release this."),
    "spam_ticket": _("It answers a ticket that an agent called spam."),
    "denied": _("The list of the inbox keeps this sender out."),
    "filter": _("A filter on its way called it spam."),
    "marked": _("An agent called it spam."),
    "bounce": _("A mail of ours came back, or was delayed."),
    "report": _("A report of a mail program or server, such as “has been read”."),
    "auto_reply": _("An automatic answer, such as “out of office”."),
    "calendar_answer": _("A calendar’s answer to an invitation."),
    "list": _("A mail to many: a newsletter or mailing list."),
    "automatic": _("A program wrote it, or its sender takes no answers."),
    "own": _("One of our own mails came back to us."),
    "copy": _("A copy of a mail that came by another way."),
    "ticket": _("It became a ticket."),
    "reply": _("It was added to a ticket."),
    "comment": _("It became a comment, which only agents see."),
    "answer": _("An agent’s answer by mail."),
}


def why(mail):
    """The words for ``mail``."""
    return REASONS.get(mail.reason, mail.reason.replace("_", " "))
