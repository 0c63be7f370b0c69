"""What a portal's mails to customers say (C8): texts per kind and language, which kinds are sent, and with what below."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from loket.portals.placeholders import names_in, refuse_unknown
from loket.tickets.policies import Policy, own_text

MOST_CHARACTERS = 5000


class Kind(models.TextChoices):
    """Of what customers are told."""

    REPLY = "reply", _("An agent answered")
    RECEIVED = "received", _("We received a request")
    CLOSED = "closed", _("A request was closed")


SUBJECT, TEXT = "subject", "text"
COMMON = ("subject", "number", "ticket", "portal", "name", "first_name", "status", "link")
PLACEHOLDERS = {Kind.REPLY: (*COMMON, "agent", "answer"), Kind.RECEIVED: COMMON, Kind.CLOSED: COMMON}
DEFAULTS = {
    Kind.REPLY: {SUBJECT: _("Re: {subject} (#{number})"), TEXT: _("{answer}\n\n{agent}\n{portal}")},
    Kind.RECEIVED: {
        SUBJECT: _("{subject} (#{number})"),
        TEXT: _("{ticket} #{number} has reached us. We answer as soon as we can.\n\n{portal}"),
    },
    Kind.CLOSED: {
        SUBJECT: _("Re: {subject} (#{number})"),
        TEXT: _("{ticket} #{number} is closed. You can read all of it again at any time.\n\n{portal}"),
    },
}


class MailPolicy(Policy):
    """A portal's row. ``texts`` is ``{kind: {"subject" or "text": {language: text}}}``; what is missing is the default."""

    tells_received = models.BooleanField(default=True)
    tells_closed = models.BooleanField(default=True)
    quotes_history = models.BooleanField(default=True)
    texts = models.JSONField(default=dict, blank=True)

    def tells(self, kind):
        """Whether customers are told of this; of an answer always."""
        return {Kind.RECEIVED: self.tells_received, Kind.CLOSED: self.tells_closed}.get(kind, True)

    def text(self, kind, part):
        """The subject or text of a kind of mail in the active language, with its placeholders."""
        return own_text(self.texts.get(kind, {}).get(part), str(DEFAULTS[kind][part]))

    def clean(self):
        """Keep the texts that say something; refuse placeholders that are none, and a reply without its answer."""
        kept = {}
        for kind in Kind:
            for part in (SUBJECT, TEXT):
                given = self.texts.get(kind, {}).get(part, {})
                if texts := {language: text for language, text in given.items() if text}:
                    self._refuse_muddle(kind, part, texts.values())
                    kept.setdefault(kind.value, {})[part] = texts
        self.texts = kept

    def _refuse_muddle(self, kind, part, texts):
        for text in texts:
            try:
                refuse_unknown(text, [each for each in PLACEHOLDERS[kind] if (part, each) != (SUBJECT, "answer")])
                if (kind, part) == (Kind.REPLY, TEXT) and names_in(text).count("answer") != 1:
                    raise ValidationError(_("Say once where the answer stands: {answer}."))
            except ValidationError as error:
                raise ValidationError({f"{kind}_{part}": error.error_list}) from error

    def reset(self, kind, *, by):
        """Let a kind of mail say again what it says by default."""
        self.set({"texts": {each: texts for each, texts in self.texts.items() if each != kind}}, by=by)
