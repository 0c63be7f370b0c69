"""The inbox switch: the whole desk, or the tickets of one help desk. What is chosen stands in the address."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from loket.conversations.models import Inbox


class InboxSwitch:
    """What ``?inbox=`` chooses; anything but a help desk's id chooses all."""

    def __init__(self, request):
        self.asked = request.GET.get("inbox", "")

    @cached_property
    def inboxes(self):
        """All inboxes by name: one query."""
        return list(Inbox.objects.all())

    @cached_property
    def chosen(self):
        """The help desk that the address names, or None."""
        if not self.asked:
            return None
        return next((each for each in self.inboxes if each.is_help_desk and str(each.pk) == self.asked), None)

    @property
    def slug(self):
        """The chosen one as an address says it, "" for all."""
        return str(self.chosen.pk) if self.chosen else ""

    @property
    def title(self):
        return self.chosen.name if self.chosen else _("All inboxes")

    def narrow(self, tickets):
        """Those of ``tickets`` that the chosen inbox has."""
        return self.chosen.narrow(tickets) if self.chosen else tickets

    def view_address(self, view, inbox=None):
        """A view's address in ``inbox``, or in the chosen one."""
        slug = self.slug if inbox is None else inbox
        return reverse("view", args=[view.slug]) + (f"?inbox={slug}" if slug else "")

    def offers(self, view):
        """The menu: (label, address of ``view`` there, whether it is chosen); nothing while there is one inbox."""
        desks = [each for each in self.inboxes if each.is_help_desk]
        if len(self.inboxes) < 2 or not desks:
            return []
        every = [(_("All inboxes"), self.view_address(view, ""), self.chosen is None)]
        return every + [(each.name, self.view_address(view, str(each.pk)), each == self.chosen) for each in desks]
