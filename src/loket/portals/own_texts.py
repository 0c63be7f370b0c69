"""Own words of this room: a portal's name, and those of its theme."""

from django.utils.translation import gettext as _

from loket.records.own_texts import OwnText


def name_of(portal):
    """What customers read as its name: in the primary language there always is one."""
    yield OwnText(
        _("Name of the portal"), {portal.language: portal.name} | portal.customer_name, "general", (portal.pk,)
    )


def words_of_theme(portal):
    """Links and announcement that are published."""
    look, args = portal.looks, (portal.pk,)
    for link in look.header_links + look.footer_links:
        yield OwnText(_("Text of the link to %(address)s") % {"address": link["url"]}, link["text"], "theme", args)
    if look.announces:
        yield OwnText(_("Announcement"), look.announcement, "theme", args)
