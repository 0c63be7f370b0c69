"""Own words of this room: a portal's name, and those of its theme."""

from django.utils.translation import gettext as _

from loket.records.own_texts import OwnText


def name_of(portal):
    """What customers read as its name: in the primary language there always is one."""
    texts = {portal.language: portal.name} | portal.customer_name
    yield OwnText(_("Name of the portal"), texts, "general", (portal.pk,), "customer_name-")


def words_of_theme(portal):
    """Links and announcement that are published."""
    look, args = portal.looks, (portal.pk,)
    for name in ("header_links", "footer_links"):
        for at, link in enumerate(getattr(look, name)):
            what = _("Text of the link to %(address)s") % {"address": link["url"]}
            yield OwnText(what, link["text"], "theme", args, f"{name}-{at}-text-")
    if look.announces:
        yield OwnText(_("Announcement"), look.announcement, "theme", args, "announcement-")
