"""Properties that an administrator adds (D4). The values lie on the record, in its ``custom`` field."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from loket.history.settable import Settable
from loket.properties.naming import is_reserved
from loket.properties.types import TYPES
from loket.records.uses import refuse_if_used, uses_of

WITH_OPTIONS = ("choice", "multichoice")


class Definition(Settable):
    """A custom property of one kind of record.

    ``options`` is a list of ``{"value": text, "label": text}`` for choices, else empty. ``customer_label``, of the property
    and of an option that has it, is ``{language: text}``: what customers read instead of the label.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(
        max_length=100,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Use lower-case letters, digits and underscores."))],
    )
    label = models.CharField(max_length=200)
    customer_label = models.JSONField(default=dict, blank=True)
    type = models.CharField(max_length=20, choices=[(name, kind.label) for name, kind in TYPES.items()])
    options = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="definition_name")]
        ordering = ["label"]

    def __str__(self):
        return self.label

    def clean(self):
        """Refuse a name that is taken, and a choice without options, or with two of one value."""
        if self._state.adding:
            self._refuse_taken_name()
        if self.type not in WITH_OPTIONS:
            self.options = []
        elif not are_options(self.options):
            raise ValidationError({"options": _("A choice needs options, each with its own value.")})

    def _refuse_taken_name(self):
        params = {"name": self.name}
        if is_reserved(self.kind, self.name):
            why = _("“%(name)s” is a name of HubSpot’s own. Choose another.")
            raise ValidationError({"name": ValidationError(why, params=params)})
        there = Definition.objects.filter(kind=self.kind, name=self.name).first()
        if there:
            why = _("“%(name)s” is the name of “%(label)s” already. Choose another.")
            raise ValidationError({"name": ValidationError(why, params=params | {"label": there.label})})

    def _write(self, before):
        """Save, unless that takes away what is in use: an option, or the type that values are of. Raises ``InUse``."""
        stored = Definition.objects.select_for_update().filter(pk=self.pk).first()
        if stored and stored.type != self.type:
            self._refuse_new_type(stored)
        elif stored:
            kept = {each["value"] for each in self.options}
            for option in stored.own_options():
                if option.value not in kept:
                    refuse_if_used(option, "option")
        self.save()

    @staticmethod
    def _refuse_new_type(stored):
        if uses := uses_of(stored):
            why = _(
                "The type cannot change while the property is in use, or what is stored would make no sense: %(uses)s."
            )
            params = {"uses": "; ".join(str(use.what) for use in uses)}
            raise ValidationError({"type": ValidationError(why, params=params)})

    def own_options(self):
        """The options as ``Option``s, in order."""
        return [Option(self, each["value"], each["label"]) for each in self.options]


class Option(NamedTuple):
    """One option of a choice, for who asks what uses it: ``uses_of(option, "option")``."""

    definition: Definition
    value: str
    label: str


def are_options(options):
    """Whether JSON is a list of options, each with a value of its own that no list of values could split."""
    if not isinstance(options, list) or not all(isinstance(each, dict) for each in options):
        return False
    values = [each.get("value") for each in options]
    texts = [*values, *(each.get("label") for each in options)]
    if not values or not all(isinstance(each, str) and each.strip() for each in texts):
        return False
    return len(set(values)) == len(values) and not any(";" in each for each in values)
