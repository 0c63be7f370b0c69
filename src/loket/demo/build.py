"""Build the demo: ``build_demo()`` makes it once, and always says who can sign in and where."""

import io
from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from PIL import Image, ImageDraw

from loket.access.models import grant
from loket.conversations import delivery
from loket.conversations.channels.email.models import EmailChannel
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Message, RoutingPolicy, Thread
from loket.demo.story import AGENTS, PEOPLE, SHORT, TICKETS
from loket.files.models import File
from loket.forms.opening import open_portal
from loket.history.models import Event, write_note
from loket.mail.models import Letter
from loket.people.models import Company, Contact, User
from loket.portals.models import Portal
from loket.tickets.models import Pipeline, Ticket

PASSWORD = "loket-demo-2026"  # noqa: S105  printed by bin/demo, and never set outside the demo


def build_demo():
    """Make the demo's data unless it is there; returns {"portal": address, "desk": address, "people": {name: …}}."""
    if not settings.IS_DEMO:
        raise RuntimeError("Demo data is for the demo only: LOKET_DEMO is not set.")
    if not Portal.objects.exists():
        with transaction.atomic():
            build()
    people = {name: {"email": address(name), "password": PASSWORD} for name in (*PEOPLE, *AGENTS)}
    home = settings.SITE_URL.geturl().rstrip("/")
    return {"portal": Portal.objects.get(slug="support").address(), "desk": f"{home}/desk/", "people": people}


def address(name):
    """The sign-in address of one of the cast."""
    return f"{name}@example.com"


def build():
    """Agents, portal, customers, tickets."""
    agents = {name: make_agent(name, *who) for name, who in AGENTS.items()}
    portal = open_portal(
        name="Brewline Support", host=settings.SITE_URL.hostname, slug="support", sharing="company", by=agents["erin"]
    )
    channel = EmailChannel(inbox=RoutingPolicy.of(portal).inbox)
    channel.set({"address": address("support"), "server_id": "mx.example.com"}, by=agents["erin"])
    contacts = {name: make_contact(name, *who, portal=portal) for name, who in PEOPLE.items()}
    portal.turn_on(by=agents["erin"])
    contacts["carol"].join(Company.objects.get(name="Café Linden"), by=None)
    people = agents | contacts
    stories = [brief(*short, days=20 + 3 * age) for age, short in enumerate(SHORT)]
    for story in sorted(stories + TICKETS, key=lambda story: story["days"], reverse=True):
        tell(portal, people, story)
    Letter.objects.all().delete()  # what the story would have mailed was mailed long ago


def make_agent(name, first, last, is_administrator):
    return User.objects.create_user(
        email=address(name), password=PASSWORD, first_name=first, last_name=last,
        is_agent=True, is_administrator=is_administrator,
    )  # fmt: skip


def make_contact(name, first, last, company, *, portal):
    """A customer who may sign in."""
    contact = Contact.objects.create(email=address(name), first_name=first, last_name=last)
    contact.join(Company.objects.get_or_create(name=company)[0], by=None)
    user = grant(contact, portal, by=None)
    contact.memberships.update(granted_at=timezone.now() - timedelta(days=365))
    user.set_password(PASSWORD)
    user.save()
    return contact


def brief(who, subject, text, is_closed, *, days):
    """A short story: filed, answered by Dora, perhaps closed."""
    then = [(5, "dora", "Thank you. We have taken care of it.")] if is_closed else []
    status = {"status": "Closed"} if is_closed else {}
    return {"who": who, "subject": subject, "text": text, "days": days, "then": then, "owner": "dora"} | status


def tell(portal, people, story):
    """File one ticket and let happen what followed, then move it all into the past."""
    filed = receive(
        Incoming(
            contact=people[story["who"]], text=story["text"], subject=story["subject"], channel=Channel.FORM,
            inbox=RoutingPolicy.of(portal).inbox, portal=portal, status=Pipeline.objects.get().first_open(),
            properties={"hs_ticket_priority": story.get("priority", ""), "hs_ticket_category": story.get("category", "")},
            files=tuple(upload(name, people[story["who"]]) for name in story.get("files", ())),
        )
    )  # fmt: skip
    ticket, thread = filed.thread.ticket, filed.thread
    times = {filed: 0}
    if story.get("owner"):
        ticket.assign(people[story["owner"]], by=people["erin"])
    for hours, who, words in story["then"]:
        times[say(thread, people[who], words)] = hours
    if story.get("status"):
        ticket.move_to(ticket.status.pipeline.statuses.get(label=story["status"]), by=people["dora"])
    day = timezone.localtime().replace(hour=9, minute=7 * ticket.pk % 60, second=0, microsecond=0)
    move_back(ticket, day - timedelta(days=story["days"]), times)
    if ticket.is_closed:
        for contact in (people["alice"], people["bob"], people["carol"], people["charlie"]):
            ticket.mark_read(contact)


def say(thread, who, words):
    """One thing said: by a customer, or by an agent to the customer or among themselves."""
    if words.startswith("comment: "):
        return delivery.comment(thread, words.removeprefix("comment: "), by=who)
    if words.startswith("note: "):
        return write_note(thread.ticket, words.removeprefix("note: "), by=who)
    if isinstance(who, User):
        return delivery.reply(thread, words, by=who)
    incoming = Incoming(contact=who, text=words, ticket=thread.ticket, channel=Channel.PORTAL, inbox=thread.inbox)
    return receive(incoming)


def move_back(ticket, start, times):
    """Put the ticket and each thing said at its time."""
    for item, hours in times.items():
        type(item).objects.filter(pk=item.pk).update(created_at=start + timedelta(hours=hours))
    seen = [hours for item, hours in times.items() if isinstance(item, Message)]
    last = start + timedelta(hours=max(seen))
    closed = last + timedelta(minutes=20) if ticket.is_closed else None
    Ticket.objects.filter(pk=ticket.pk).update(
        created_at=start, last_activity_at=closed or last, closed_at=closed, modified_at=closed or last
    )
    Ticket.objects.filter(pk=ticket.pk, waiting_since__isnull=False).update(waiting_since=last)
    Thread.objects.filter(ticket=ticket).update(created_at=start)
    events = Event.objects.about(ticket)
    events.update(created_at=F("created_at") - (timezone.now() - start))
    events.filter(verb__in=["closed", "status_changed"]).update(created_at=(closed or last) + timedelta(minutes=1))
    for rows in (ticket.ticketcontact_set, ticket.ticketcompany_set, ticket.ticketparticipant_set):
        rows.update(last_activity_at=closed or last)


def upload(name, contact):
    """A file for a message: a small drawing or document made on the spot."""
    content = drawing(name) if name.endswith(".png") else document()
    return File.objects.store(SimpleUploadedFile(name, content), uploader=contact).token


def drawing(name):
    """A picture that stands in for a photo."""
    picture = Image.new("RGB", (960, 640), "#e8e2d6")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 430, 960, 640), fill="#b9a98c")
    pen.rounded_rectangle((260, 130, 700, 450), 28, fill="#41494d")
    pen.rounded_rectangle((300, 170, 660, 250), 14, fill="#8fa3a8")
    pen.line((330, 330, 250, 520), fill="#c9d1d3", width=18)
    pen.ellipse((236, 540, 262, 580), fill="#4d8fb3")
    pen.text((310, 196), name.removesuffix(".png"), fill="#1f2527", font_size=30)
    output = io.BytesIO()
    picture.save(output, "PNG")
    return output.getvalue()


def document():
    """A one-page PDF."""
    page = Image.new("RGB", (620, 877), "white")
    pen = ImageDraw.Draw(page)
    for line, text in enumerate(
        ["Service log, Brewline Duo BD-20417", "", "12 Nov: cleaned both groups", "17 Nov: wand drips"]
    ):
        pen.text((60, 80 + 34 * line), text, fill="#222222", font_size=22)
    output = io.BytesIO()
    page.save(output, "PDF")
    return output.getvalue()
