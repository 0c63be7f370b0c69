"""The columns of a portal's list (T6)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loket.history.settled import remember
from loket.properties.catalogue import catalogue
from loket.tickets.policies import Policy, own_text

MOST_COLUMNS = 10
# What a portal's columns may show (T4, T6): a property that is not named here is hidden, however it came to be chosen.
# Not here: the last modified date, which tells of comments, notes and other internal work.
SHOWABLE = {
    "subject", "content", "hs_ticket_id", "requested_by", "hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id", "createdate",
    "hs_lastactivitydate", "closed_date", "hs_ticket_priority", "hs_ticket_category", "source_type", "hs_primary_company_name",
}  # fmt: skip
RECOMMENDED = ["subject", "requested_by", "createdate", "hubspot_owner_id", "hs_lastactivitydate", "hs_pipeline_stage"]


def showable(properties):
    """Those of ``properties`` (by name) that an administrator may show to customers: the named ones, and custom ones."""
    return {name: each for name, each in properties.items() if each.is_custom or name in SHOWABLE}


def offered():
    """The properties that can be columns, in the catalogue's order."""
    return list(showable(catalogue("ticket")).values())


def recommended():
    """The columns of a list that nobody has changed."""
    return [{"name": name, "heading": {}} for name in RECOMMENDED]


class ListPolicy(Policy):
    """T6. ``columns`` is a list of ``{"name": property, "heading": {language: text}}``, in order."""

    columns = models.JSONField(default=recommended)

    def clean(self):
        """Refuse unknown and doubled properties, and more than ten."""
        names = [each.get("name") for each in self.columns] if is_list_of_columns(self.columns) else [None]
        if not 0 < len(names) <= MOST_COLUMNS:
            raise ValidationError(_("Choose between 1 and %(most)d columns."), params={"most": MOST_COLUMNS})
        if len(set(names)) < len(names):
            raise ValidationError(_("Each column can be chosen once."))
        if not set(names) <= set(showable(catalogue("ticket"))):
            raise ValidationError(_("A chosen column is no property of tickets that customers may see."))

    @classmethod
    def shown_in(cls, portal, wording):
        """What ``shown`` gives for the portal's list, in the active language."""
        key = ("columns", portal.pk, get_language())
        return remember(key, lambda: cls.of(portal).shown(wording, catalogue("ticket")))

    def shown(self, wording, properties):
        """The columns as customers meet them under ``wording`` (a WordingPolicy): [(property, heading)].

        Broken ones are left out.
        """
        properties = showable(properties)
        chosen = self.columns if is_list_of_columns(self.columns) else recommended()
        columns = {}
        for each in chosen[:MOST_COLUMNS]:
            name, heading = each.get("name"), each.get("heading")
            if isinstance(name, str) and name in properties:
                found = wording.shown(name, properties)
                own = own_text(heading, "") if isinstance(heading, dict) else ""
                columns[name] = (found, str(own or found.label))
        return list(columns.values())


def is_list_of_columns(value):
    """Whether stored JSON has the shape of ``columns``."""
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
