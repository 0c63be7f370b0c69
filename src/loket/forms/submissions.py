"""What was sent with a form: stored first, then made a ticket; what could not become one can be tried again (D3)."""

import hashlib
import logging
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Message
from loket.conversations.purging import KEPT_DAYS
from loket.files.models import File
from loket.forms.elements import askable
from loket.forms.models import Form
from loket.forms.proofs import ask_for_proof, asked_for_proof
from loket.forms.sheets import value_of
from loket.history.models import record
from loket.mail import outbox
from loket.mail.models import Letter
from loket.people.models import Contact, User
from loket.portals.models import Portal
from loket.tickets.models import Ticket

BATCH = 20
PATIENCE = timedelta(minutes=1)
log = logging.getLogger(__name__)


class SubmissionQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-pk")

    def holding(self, words):
        """Those in whose answers, sender or number ``words`` stand."""
        found = models.Q(text__icontains=words) | models.Q(sender__icontains=words)
        return self.filter(found | models.Q(pk=int(words)) if words.isdecimal() and len(words) < 19 else found)

    def due(self):
        """Those that nobody came round to: the process that took them in was killed."""
        return self.filter(state=Submission.State.WAITING, problem="", created_at__lt=timezone.now() - PATIENCE)

    def take(self, form, answers, *, token, files=(), uploader=None, **whose):
        """Store what was sent with ``form``; ``files`` are tokens of uploads by ``uploader``. The same token of the same
        contact gives the same submission. ``whose`` are columns of a Submission. Raises ValidationError for a file that is
        gone.
        """
        contact = whose.get("contact")
        if earlier := self.earlier(form, token, contact):
            return earlier
        try:
            with transaction.atomic():
                return self._store(form, answers, bound(token, contact), files, uploader, whose)
        except IntegrityError:
            return self.get(form=form, token=bound(token, contact))

    def earlier(self, form, token, contact=None):
        """What the same rendering, of the same contact, brought already; None for nothing."""
        return self.filter(form=form, token=bound(token, contact)).first()

    def _store(self, form, answers, token, files, uploader, whose):
        text = "\n".join(each.shown for each in answers)
        made = self.create(
            form=form, version=form.version, token=token, text=text, answers=[each._asdict() for each in answers],
            state=whose.pop("state", Submission.State.WAITING if form.makes_tickets else Submission.State.KEPT), **whose,
        )  # fmt: skip
        for position, file in enumerate(File.objects.claim(files, uploader)):
            SubmittedFile.objects.create(submission=made, file=file, position=position)
        made.tell_agents()
        return made


def bound(token, contact):
    """``token`` as it is stored: it names a submission of ``contact``, or of a stranger, and of nobody else who learns it."""
    return hashlib.sha256(f"{contact.pk if contact else ''} {token}".encode()).hexdigest()


class Submission(models.Model):
    """One sending of a form, as it was sent.

    ``answers`` are the answers' labels and values of that day, ``text`` all of them for the search. ``contact`` is who is
    known to have sent it. One that ``is_public`` came from a stranger: ``sender`` is the address that they say is theirs,
    and ``contact`` stays empty until they prove it when somebody is known by it already.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        KEPT = "kept", "kept"
        REVIEW = "review", "review"
        REFUSED = "refused", "refused"

    form = models.ForeignKey(Form, models.CASCADE, related_name="submissions")
    version = models.PositiveIntegerField()
    token = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    portal = models.ForeignKey(Portal, models.SET_NULL, null=True, blank=True, related_name="+")
    sender = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_public = models.BooleanField(default=False)
    proven_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=list)
    text = models.TextField(blank=True)
    files = models.ManyToManyField(File, through="SubmittedFile", related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    problem = models.CharField(max_length=500, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "token"], name="submission_once")]
        indexes = [models.Index("created_at", name="submission_due", condition=models.Q(state="waiting"))]

    def __str__(self):
        return f"{self.form} #{self.pk}"

    @property
    def ticket(self):
        """The ticket that it made, or None."""
        return self.message.thread.ticket if self.message else None

    @property
    def ticket_number(self):
        return f"#{self.ticket.pk}"

    @property
    def headline(self):
        """How it begins: its subject, else its first answer."""
        return self.value("ticket.subject") or next((each["shown"] for each in self.answers), "")

    @property
    def purged_at(self):
        """When it goes for good, as spam."""
        return self.created_at + timedelta(days=KEPT_DAYS)

    @property
    def can_be_tried(self):
        return self.state in (self.State.WAITING, self.State.REVIEW)

    def value(self, key):
        """The raw answer to ``key``, "" when there is none."""
        return next((each["value"] for each in self.answers if each["key"] == key), "")

    def settle(self, *, by=None):
        """Make its ticket, once; whatever goes wrong is noted as its ``problem``, and nothing that was sent is lost.

        ``by`` is the agent who lets it through or tries again.
        """
        try:
            with transaction.atomic():
                held = Submission.objects.select_for_update().get(pk=self.pk)
                is_through = held.state == self.State.WAITING or (by and held.can_be_tried)
                if is_through and held.message_id is None:
                    held._make_ticket()
        except Exception as error:  # noqa: BLE001 - it was promised to be kept; what is wrong is for people to mend
            told = " ".join(error.messages) if isinstance(error, ValidationError) else type(error).__name__
            log.error("Submission %s made no ticket: %s", self.pk, type(error).__name__)
            Submission.objects.filter(pk=self.pk, message=None).update(problem=told[:500])
        self.refresh_from_db()
        return self.message

    def _make_ticket(self):
        if not self.form.makes_tickets:
            self.state, self.problem = self.State.KEPT, ""
            self.save(update_fields=["state", "problem"])
            return
        if self.is_public and self.contact is None:
            self.contact = self._new_contact()
        if self.contact:
            self._tell_contact()
        incoming = Incoming(
            contact=self.contact,
            portal=self.portal,
            inbox=self.form.inbox,
            channel=Channel.FORM,
            status=self.form.status,
            subject=self.value("ticket.subject") or self.form.name,
            text=self.value("ticket.content"),
            token=f"s{self.pk}",
            kept=tuple(self.files.order_by("submittedfile__position")),
            properties=self._properties(),
            name=_("%(address)s (not proven)") % {"address": self.sender} if self.sender else _("Somebody"),
            # Nothing may answer by itself: that would mail a stranger's words to an address of their choice.
            is_automatic=self.is_public,
        )
        self.message = receive(incoming)
        self.state, self.problem = self.State.DONE, ""
        self.save(update_fields=["contact", "message", "state", "problem"])
        if self.is_public:
            ask_for_proof(self)

    def _new_contact(self):
        """The contact that a stranger's address makes. None when it is somebody's who could see the ticket, or whose
        company could: they must prove first that it is theirs."""
        if not self.sender:
            return None
        contact, is_new = Contact.objects.get_or_create(email=self.sender)
        if is_new:
            record(contact, "created", by=None)
        has_sight = User.objects.filter(contact=contact).exists() or contact.companies.exists()
        return None if has_sight else contact

    def prove(self):
        """Its sender has shown that the address is theirs: the ticket is theirs now, and their primary company's."""
        with transaction.atomic():
            held = Submission.objects.select_for_update().get(pk=self.pk)
            if held.proven_at is None:
                held.proven_at = timezone.now()
                held.contact = Contact.objects.get_or_create(email=held.sender)[0]
                held.save(update_fields=["proven_at", "contact"])
                if held.ticket:
                    held._hand_over()
        self.refresh_from_db()

    def _hand_over(self):
        """Give its ticket to the contact who has proven to be its sender."""
        ticket, contact = Ticket.objects.held(self.ticket.pk), self.contact
        Message.objects.filter(pk=self.message_id, contact=None).update(contact=contact, author_name=contact.name)
        ticket.associate_contact(contact, by=contact)
        if contact.primary_company:
            ticket.associate_company(contact.primary_company, by=contact)

    def _properties(self):
        """Further properties of the ticket, by name: those that still exist."""
        known, found = askable(), {"hs_ticket_priority": self.form.priority} if self.form.priority else {}
        for each in self.answers:
            kind, _dot, name = each["key"].partition(".")
            if kind == "ticket" and each["key"] in known and name not in ("subject", "content"):
                found[name] = each["value"]
        return found

    def _tell_contact(self):
        """Answers about a contact fill what is empty in their record, and change nothing else."""
        known, changed = askable(), {}
        for each in self.answers:
            found = known.get(each["key"]) if each["key"].startswith("contact.") else None
            if found and found.name != "email" and not value_of(found, self.contact):
                found.write(self.contact, each["value"])
                changed[found.name] = ["", each["value"]]
        if changed:
            self.contact.save()
            record(self.contact, "changed", changed, by=self.contact)

    def refuse(self):
        """Note that it is spam: it makes no ticket."""
        held = Submission.objects.filter(pk=self.pk, message=None)
        held.filter(state__in=[self.State.REVIEW, self.State.WAITING]).update(state=self.State.REFUSED)
        self.refresh_from_db()

    def tell_agents(self):
        """A mail to each agent whom the form names."""
        address = f"{settings.SITE_URL.geturl().rstrip('/')}/desk/settings/submissions/{self.pk}/"
        told = "\n".join(f"{each['label']}: {each['shown']}" for each in self.answers)
        for agent in User.objects.agents().filter(pk__in=self.form.notified):
            outbox.queue(
                to=(agent.name, agent.email),
                subject=_("New submission of “%(form)s”") % {"form": self.form},
                text=f"{told}\n\n{address}\n",
                headers={"Auto-Submitted": "auto-generated"},
                key=f"{self._letters}{agent.pk}",
            )

    @property
    def _letters(self):
        """How the keys begin of mails that told agents what was sent."""
        return f"submission-{self.pk}-"

    @property
    def letters(self):
        """The mails that told agents what was sent, and that asked its sender whether it was theirs."""
        return Letter.objects.filter(key__startswith=self._letters) | asked_for_proof(self)


class SubmittedFile(models.Model):
    """A file that came with a submission."""

    submission = models.ForeignKey(Submission, models.CASCADE)
    file = models.ForeignKey(File, models.CASCADE)
    position = models.PositiveSmallIntegerField(default=0)


def settle_due():
    """Make the tickets of submissions that wait because a process was killed. Returns how many were tried."""
    due = list(Submission.objects.due().order_by("pk")[:BATCH])
    for each in due:
        each.settle()
    return len(due)
