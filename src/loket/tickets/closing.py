"""What customers may do with the end of a ticket: close it (T11), answer after it was closed (T10). One row per portal."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from loket.tickets.pipelines import Pipeline
from loket.tickets.policies import Policy


class PerPipeline(Policy):
    """A deed that may be allowed, and for each pipeline the status in which it leaves a ticket.

    The choices are ``{pipeline id as text: status id or None}``. A choice counts only while its status stands in that
    pipeline and is still open or closed as the deed needs it: removed or turned round, it is no choice any more.
    """

    choices, is_closed = "", False

    class Meta:
        abstract = True

    def clean(self):
        """Refuse choices of unknown pipelines, of statuses of another one, and open ones where closed ones belong."""
        chosen = getattr(self, self.choices)
        if not isinstance(chosen, dict):
            raise ValidationError({self.choices: _("Give a status for each pipeline.")})
        fitting = {
            str(each.pk): set(self.fitting(each).values_list("pk", flat=True)) for each in Pipeline.objects.all()
        }
        for pipeline, status in chosen.items():
            if pipeline not in fitting or (status is not None and status not in fitting[pipeline]):
                raise ValidationError({self.choices: _("A chosen status does not fit its pipeline.")})

    def fitting(self, pipeline):
        """The statuses of ``pipeline`` that can be chosen."""
        return pipeline.statuses.filter(is_closed=self.is_closed)

    def choice(self, pipeline):
        """The chosen status of ``pipeline``, or None."""
        chosen = getattr(self, self.choices).get(str(pipeline.pk))
        return self.fitting(pipeline).filter(pk=chosen).first() if chosen else None


class ClosingPolicy(PerPipeline):
    """T11. A pipeline with exactly one closed status has it chosen until somebody chooses otherwise."""

    choices, is_closed = "closing_statuses", True

    allows_closing = models.BooleanField(default=False)
    closing_statuses = models.JSONField(default=dict, blank=True)

    def choice(self, pipeline):
        """The status in which customers close a ticket of ``pipeline``; None where they cannot."""
        if str(pipeline.pk) in self.closing_statuses:
            return super().choice(pipeline)
        only = self.fitting(pipeline)[:2]
        return only[0] if len(only) == 1 else None

    def status_for(self, ticket):
        """The status in which a customer closes ``ticket``; None when they cannot."""
        if not self.allows_closing or ticket.is_closed:
            return None
        return self.choice(ticket.status.pipeline)


class ReplyPolicy(PerPipeline):
    """T10. Without a choice for its pipeline a closed ticket stays closed when it is answered."""

    choices, is_closed = "reopening_statuses", False

    allows_replies_to_closed = models.BooleanField(default=False)
    reopening_statuses = models.JSONField(default=dict, blank=True)

    def takes_reply_to(self, ticket):
        """Whether customers may answer ``ticket`` as it stands."""
        return self.allows_replies_to_closed or not ticket.is_closed

    def status_after_reply(self, ticket):
        """The status into which a reply moves ``ticket``; None when it stays where it is."""
        return self.choice(ticket.status.pipeline) if ticket.is_closed else None
