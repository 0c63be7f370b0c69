"""Pipelines and their statuses (D5)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loket.history.models import record
from loket.history.settable import Settable
from loket.portals.texts import own_text
from loket.records.uses import refuse_if_used

MOST_STATUSES = 100
GONE = gettext_lazy("The status “%(status)s” was deleted meanwhile. Choose another.")


class PipelineQuerySet(models.QuerySet):
    def hold(self, *keys):
        """Until the transaction ends nobody else arranges these pipelines, or turns or removes a status of theirs."""
        list(self.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


class Pipeline(Settable):
    """An ordered set of statuses.

    ``after_agent`` and ``after_customer`` are open statuses of it into which an open ticket moves when an agent, or a
    customer, wrote (D9); without one it stays where it is.
    """

    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveIntegerField(default=0)
    after_agent = models.ForeignKey("tickets.Status", models.SET_NULL, null=True, blank=True, related_name="+")
    after_customer = models.ForeignKey("tickets.Status", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PipelineQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name

    def first_open(self):
        """The status in which a new ticket starts."""
        return self.statuses.filter(is_closed=False).first()

    def clean(self):
        """Refuse the name of another pipeline, whatever its case, and to follow into a status that is not an open one of it."""
        for name in ("after_agent", "after_customer"):
            status = getattr(self, name)
            if status and (status.is_closed or status.pipeline_id != self.pk):
                raise ValidationError({name: _("Choose an open status of this pipeline.")})
        there = Pipeline.objects.filter(name__iexact=self.name).exclude(pk=self.pk).first()
        if there:
            why = gettext_lazy("There is a pipeline “%(name)s” already. Choose another name.")
            raise ValidationError({"name": ValidationError(why, params={"name": there.name})})

    def _write(self, before):
        """Save; a new one comes last."""
        if self._state.adding:
            self.position = (Pipeline.objects.aggregate(last=models.Max("position"))["last"] or 0) + 1
        self.save()

    def move(self, step, *, by):
        """Change places with the pipeline before (-1) or after (1). Does nothing at the end."""
        with transaction.atomic():
            order = list(Pipeline.objects.select_for_update())
            was = order.index(self)
            to = min(max(was + step, 0), len(order) - 1)
            order.insert(to, order.pop(was))
            for position, each in enumerate(order):
                Pipeline.objects.filter(pk=each.pk).update(position=position)
            if to != was:
                record(self, "settings_changed", position=[was + 1, to + 1], by=by)

    def arrange(self, name, statuses, *, by):
        """Set the name and the statuses, whole and in order; a pipeline that is not saved yet is made.

        ``statuses``: ``[{"id": key or None, "label": text, "is_closed": bool, "customer_label": {language: text}}]``;
        without a key of this pipeline's it is a new one. A status that is not named stays, last: removing is a deed of
        its own. Raises ValidationError, for "statuses" among others.
        """
        refuse_muddle(statuses)
        with transaction.atomic():
            Pipeline.objects.hold(self.pk)
            self.set({"name": name}, by=by)
            there = {each.pk: each for each in self.statuses.all()}
            was = [each.label for each in there.values()]
            chosen = [(there.pop(each["id"], None) or Status(pipeline=self), each) for each in statuses]
            self._free_labels(chosen)
            for status, values in chosen:
                status.set({name: values[name] for name in Status.SET}, by=by)
            self._put_in_order([status for status, _values in chosen] + list(there.values()), was, by)

    def _free_labels(self, chosen):
        """Two statuses may swap their labels, which the database would refuse half-way."""
        renamed = [each.pk for each, values in chosen if each.pk and each.label != values["label"]]
        if renamed:
            aside = Concat(Value("\x1f"), Cast("pk", models.CharField()))
            self.statuses.filter(pk__in=renamed).update(label=aside)

    def _put_in_order(self, statuses, was, by):
        """Write the order; history gets it when those that were there stand otherwise."""
        for position, each in enumerate(statuses):
            if each.position != position:
                Status.objects.filter(pk=each.pk).update(position=position)
        now = [each.label for each in statuses]
        if sorted(was) == sorted(now) and was != now:
            record(self, "settings_changed", order=[was, now], by=by)


class StatusQuerySet(models.QuerySet):
    def held(self, pk):
        """Status ``pk`` as it is now; until the transaction ends it neither turns nor goes. None for one that is gone.

        Who puts a ticket in a status holds it. Arranging holds the pipeline instead: it waits for tickets, and whoever
        has one of those may be waiting for a status.
        """
        return self.select_for_update(no_key=True).filter(pk=pk).order_by("pk").first()


class Status(Settable):
    """One status of a pipeline, open or closed. ``customer_label`` is ``{language: text}`` (T8).

    Its tickets' ``closed_at`` is set exactly while it is closed; ``set`` and ``remove`` see to that. Of very many tickets
    only the first follow at once, so that nobody waits for a lock; the worker lets the others follow (``Settling``).
    """

    SET = ("label", "is_closed", "customer_label")

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="statuses")
    label = models.CharField(max_length=100)
    is_closed = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    customer_label = models.JSONField(default=dict, blank=True)

    objects = StatusQuerySet.as_manager()

    class Meta:
        ordering = ["pipeline__position", "pipeline", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["pipeline", "label"], name="status_label")]

    def __str__(self):
        return self.label

    @property
    def customer_words(self):
        """What customers read (T8): words in another language rather than the team's own label."""
        return own_text(self.customer_label) or self.label

    @property
    def history_subject(self):
        """A status is told of in its pipeline's history."""
        return self.pipeline

    def clean(self):
        """Keep the texts that say something."""
        self.customer_label = {language: text for language, text in self.customer_label.items() if text}

    def set(self, values, *, by):
        """As ``Settable.set``; opened or closed, it takes its tickets with it. Raises ``InUse`` where that is refused."""
        turns = not self._state.adding and values.get("is_closed", self.is_closed) != self.is_closed
        with transaction.atomic():
            if turns:
                Pipeline.objects.hold(self.pipeline_id)
                refuse_if_used(self, "open status" if values["is_closed"] else "closed status")
            super().set(values, by=by)
            if turns:
                self.tickets.settle_some(self, by=by, was=self.label)
                if self.tickets.unsettled(self).exists():
                    Settling.objects.get_or_create(status=self, defaults={"by": by})

    def _tell(self, verb, changed, by):
        verb = "status_added" if verb == "created" else "settings_changed"
        record(self.pipeline, verb, {"of": self.label} | changed, by=by)

    def remove(self, *, by, to=None):
        """Delete the status; its tickets go to ``to`` first, in transactions that stay short. Nobody is told.

        Raises ``InUse``, and ValidationError for the pipeline's last open status or for tickets without a place to go.
        """
        self._refuse_removal(to)
        try:
            count = self.tickets.settle_in(to, by=by, was=self.label) if to else 0
        except IntegrityError as error:
            raise ValidationError({"to": GONE % {"status": to}}) from error
        with transaction.atomic():
            Pipeline.objects.hold(self.pipeline_id, to and to.pipeline_id)
            Status.objects.held(self.pk)
            self._refuse_removal(to)
            if to:
                count += self.tickets.settle_in(to, by=by, was=self.label)
            went = {"tickets": count, "to": f"{to.label} ({to.pipeline})"} if count else {}
            record(self.pipeline, "status_removed", {"of": self.label} | went, by=by)
            self.delete()

    def _refuse_removal(self, to):
        refuse_if_used(self)
        if not self.is_closed and not self.pipeline.statuses.filter(is_closed=False).exclude(pk=self.pk).exists():
            raise ValidationError(_("This is the last open status of its pipeline: new tickets start there."))
        if to and not Status.objects.filter(pk=to.pk).exists():
            raise ValidationError({"to": GONE % {"status": to}})
        if (to is None or to.pk == self.pk) and self.tickets.exists():
            raise ValidationError({"to": _("Choose the status that its tickets get.")})


class Settling(models.Model):
    """Tickets of ``status``, which was opened or closed, have yet to follow it: the worker's (``settle_due``)."""

    status = models.OneToOneField(Status, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self):
        return str(self.status)


def settle_due():
    """The worker's chore: let some more tickets follow their status. Returns how many."""
    if not Settling.objects.exists():  # an idle look must not take SQLite's write lock
        return 0
    with transaction.atomic():
        due = Settling.objects.select_for_update(skip_locked=True, of=("self",)).select_related("status", "by").first()
        if due is None:
            return 0
        count = due.status.tickets.settle_some(due.status, by=due.by, was=due.status.label)
        if not count:
            due.delete()
    return count


def refuse_muddle(statuses):
    """Raise for a list of statuses that is no pipeline: none open, two of one name, too many."""
    labels = [each["label"].casefold() for each in statuses]
    why = ""
    if all(each["is_closed"] for each in statuses):
        why = _("A pipeline needs an open status: new tickets start there.")
    elif len(set(labels)) < len(labels):
        why = _("Two statuses have the same name.")
    elif len(labels) > MOST_STATUSES:
        why = _("A pipeline has at most %(most)d statuses.") % {"most": MOST_STATUSES}
    if why:
        raise ValidationError({"statuses": why})
