"""Records and rows of settings that an administrator makes and changes: validated whole, written to history."""

from django.db import models, transaction

from loket.history.models import record
from loket.history.settled import Settled
from loket.records.uses import refuse_if_used


class Settable(Settled):
    """``set`` and ``remove`` are the only ways in which people change such a row; history gets who, from and to."""

    class Meta:
        abstract = True

    @property
    def history_subject(self):
        """The record whose history tells of this row: its own."""
        return self

    def set(self, values, *, by):
        """Change fields from ``{name: value}``; a row that is not saved yet is made. Raises ValidationError."""
        is_new = self._state.adding
        before = {name: getattr(self, name, None) for name in values}
        for name, value in values.items():
            field = self._meta.get_field(name)
            setattr(self, name, value if field.is_relation else field.to_python(value))
        self.full_clean()
        changed = {name: [plain(before[name]), plain(getattr(self, name, None))] for name in values}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if changed or is_new:
            with transaction.atomic():
                self._write(before)
                self._tell("created" if is_new else "settings_changed", changed, by)

    def _write(self, before):
        """Save what changed; ``before`` holds what the fields were."""
        self.save()

    def _tell(self, verb, changed, by):
        record(self.history_subject, verb, changed, by=by)

    def remove(self, *, by):
        """Delete the record. Raises ``InUse`` with what uses it."""
        with transaction.atomic():
            type(self).objects.select_for_update().filter(pk=self.pk).first()
            refuse_if_used(self)
            record(self, "removed", by=by)
            self.delete()


def plain(value):
    """A setting as history writes it down."""
    return str(value) if isinstance(value, models.Model) else value
