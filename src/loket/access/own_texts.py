"""Own words of this room: system pages, the registration mail, what people agree to."""

from django.utils.translation import gettext as _

from loket.access.consents import ConsentWording
from loket.access.policies import AccessPolicy
from loket.records.own_texts import OwnText


def words_of_pages(portal):
    """Heading, text and sentence of each page that has its own."""
    for row in portal.system_pages.order_by("pk"):
        words, args = {"page": row}, (portal.pk, row.page)
        yield OwnText(_("Heading of the page “%(page)s”") % words, row.title, "page", args, "title-")
        yield OwnText(_("Text of the page “%(page)s”") % words, row.text, "page", args, "text-")
        yield OwnText(_("Sentence on the panel of the page “%(page)s”") % words, row.panel, "page", args, "panel-")


def words_of_registration_mail(portal):
    """What people are mailed who may enter."""
    policy, args = AccessPolicy.of(portal), (portal.pk,)
    yield OwnText(
        _("Subject of the registration mail"), policy.mail_subject, "registration-mail", args, "mail_subject-"
    )
    yield OwnText(_("Text of the registration mail"), policy.mail_text, "registration-mail", args, "mail_text-")


def words_of_consent(portal):
    """What the portal's domain asks."""
    wording, args = ConsentWording.of(portal.domain), (portal.domain_id,)
    yield OwnText(_("Text of the consent"), wording.text, "consent", args, "text-")
    yield OwnText(_("Words of the consent’s box"), wording.box, "consent", args, "box-")
    yield OwnText(_("Words of the consent’s link"), wording.link_text, "consent", args, "link_text-")
