"""Properties that an administrator adds (D4). The values lie on the record, in its ``custom`` field."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from loket.history.settled import Settled
from loket.properties.types import TYPES


class Definition(Settled):
    """A custom property of one kind of record.

    ``options`` is a list of ``{"value": text, "label": text}`` for choices, else empty.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(
        max_length=100,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Use lower-case letters, digits and underscores."))],
    )
    label = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=[(name, kind.label) for name, kind in TYPES.items()])
    options = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="definition_name")]
        ordering = ["label"]

    def __str__(self):
        return self.label

    def clean(self):
        """Refuse a choice without options, or with two of one value."""
        values = [option["value"] for option in self.options]
        if self.type in ("choice", "multichoice") and (not values or len(set(values)) < len(values)):
            raise ValidationError({"options": _("A choice needs options, each with its own value.")})
