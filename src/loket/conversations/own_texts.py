"""Own words of this room: those of a portal's mails."""

from django.utils.translation import gettext as _

from loket.conversations.wording import SUBJECT, TEXT, Kind, MailPolicy
from loket.records.own_texts import OwnText


def words_of_mails(portal):
    """Subjects and texts."""
    texts = MailPolicy.of(portal).texts
    for kind in Kind:
        of_kind, words, args = texts.get(kind, {}), {"kind": kind.label}, (portal.pk,)
        what = _("Subject of the mail “%(kind)s”") % words
        yield OwnText(what, of_kind.get(SUBJECT, {}), "mails", args, f"{kind}_{SUBJECT}-")
        yield OwnText(_("Text of the mail “%(kind)s”") % words, of_kind.get(TEXT, {}), "mails", args, f"{kind}_{TEXT}-")
