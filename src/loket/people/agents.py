"""The role of an agent that an account can have: its rights, and how it is given, changed and ended."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loket.history.models import record


class AgentRole(models.Model):
    """An account's place in the support team. Its other role, member, is untouched by all of this.

    Who leaves the team is ``retired_at`` that moment: no agent any more, with their name still on what they did.
    """

    is_agent = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)
    may_set = models.BooleanField(_("Customer Portal settings"), default=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    signature = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def may_set_portals(self):
        """The right "Customer Portal settings": an administrator's, or given on its own."""
        return self.is_agent and (self.is_administrator or self.may_set)

    def sign_with(self, signature):
        """Set what stands below this agent's answers by mail: their own affair, so history does not tell of it."""
        self.signature = signature
        self.save(update_fields=["signature"])

    def appoint(self, *, by, **values):
        """Make this account an agent with names and rights ``values``. Does nothing for an agent."""
        if self.is_agent:
            return
        with transaction.atomic():
            was_retired, self.is_agent, self.retired_at = bool(self.retired_at), True, None
            for name, value in values.items():
                setattr(self, name, value)
            self.save(update_fields=["is_agent", "retired_at", *values])
            rights = {name: [False, value] for name, value in values.items() if value is True}
            record(self, "reinstated" if was_retired else "appointed", rights, by=by)

    def retire(self, *, by):
        """Take the agent out of use: their next request at the desk is refused. Does nothing when they are already.

        Raises ValidationError for oneself and for the last administrator.
        """
        if not self.is_agent:
            return
        with transaction.atomic():
            if self.is_administrator:
                self._refuse_loss(by)
            self.is_agent, self.retired_at = False, timezone.now()
            self.save(update_fields=["is_agent", "retired_at"])
            record(self, "retired", by=by)

    def change(self, values, *, by):
        """Change names and rights from ``{name: value}``. Raises ValidationError, by field.

        Nobody takes the administrator's right from themselves, nor from the last who has it.
        """
        changed = {name: [getattr(self, name), value] for name, value in values.items() if getattr(self, name) != value}
        if not changed:
            return
        with transaction.atomic():
            if changed.get("is_administrator") == [True, False] and self.is_agent:
                self._refuse_loss(by)
            for name, (_was, value) in changed.items():
                setattr(self, name, value)
            self.save(update_fields=list(changed))
            record(self, "settings_changed", changed, by=by)

    def _refuse_loss(self, by):
        """Raise where nobody, or not even the one who does it, would be an administrator afterwards."""
        if by is not None and by.pk == self.pk:
            words = _("This would shut you out yourself: another administrator can do it.")
            raise ValidationError({"is_administrator": words})
        # All of them, in one order: of two who take the right from each other at once, the second is refused.
        administrators = type(self).objects.administrators().order_by("pk").select_for_update()
        if all(each.pk == self.pk for each in administrators):
            words = _("%(name)s is the last administrator: make somebody else one first.")
            raise ValidationError({"is_administrator": ValidationError(words, params={"name": self})})
