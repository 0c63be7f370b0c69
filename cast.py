"""The cast of the tests: who is who is the same everywhere.

Alice and Bob share a primary company, Acme. Carol is in Acme and in Globex, which is primary. Charlie is a stranger, of
Initech. Dora is an agent, Erin an administrator. The portal *Acme Support* shares a company's tickets (T1 a), and mails
customers of answers only.
"""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from loket.access.models import grant
from loket.conversations import delivery
from loket.conversations.documents import held_by_agents
from loket.conversations.intake import Incoming, receive
from loket.conversations.models import Channel, Inbox, MailPolicy, RoutingPolicy
from loket.forms.models import Form, FormLink
from loket.people.models import Company, Contact, User
from loket.portals.models import Domain, Portal
from loket.tickets.models import Pipeline, SightPolicy, Ticket

PASSWORD = "correct horse battery"


def make_contact(name, company=None):
    """A contact called ``name``, in ``company``."""
    contact = Contact.objects.create(email=f"{name.lower()}@example.com", first_name=name, last_name="Example")
    if company:
        contact.join(company, by=None)
    return contact


@pytest.fixture
def pipeline(db):
    """One pipeline: New, Waiting, Closed."""
    pipeline = Pipeline.objects.create(name="Support")
    for position, (label, is_closed) in enumerate([("New", False), ("Waiting", False), ("Closed", True)]):
        pipeline.statuses.create(label=label, is_closed=is_closed, position=position)
    return pipeline


@pytest.fixture
def inbox(db):
    return Inbox.objects.create(name="Help desk")


@pytest.fixture
def portal(inbox):
    """A portal that is on, at testserver/support/, where customers see all tickets of their company."""
    domain, _new = Domain.objects.get_or_create(host="testserver")
    portal = Portal.objects.create(name="Acme Support", domain=domain, slug="support", is_on=True)
    SightPolicy.objects.create(portal=portal, sharing="company")
    RoutingPolicy.objects.create(portal=portal, inbox=inbox)
    MailPolicy.objects.create(portal=portal, tells_received=False, tells_closed=False)
    return portal


@pytest.fixture
def form(portal, inbox, pipeline):
    """The support form, linked in the portal."""
    form = Form.objects.create(name="Support form", inbox=inbox, status=pipeline.first_open())
    FormLink.objects.create(portal=portal, form=form)
    return form


@pytest.fixture
def acme(db):
    return Company.objects.create(name="Acme", domain="acme.example")


@pytest.fixture
def globex(db):
    return Company.objects.create(name="Globex")


@pytest.fixture
def initech(db):
    return Company.objects.create(name="Initech")


@pytest.fixture
def alice(acme):
    return make_contact("Alice", acme)


@pytest.fixture
def bob(acme):
    return make_contact("Bob", acme)


@pytest.fixture
def carol(acme, globex):
    carol = make_contact("Carol", globex)
    carol.join(acme, by=None)
    return carol


@pytest.fixture
def charlie(initech):
    return make_contact("Charlie", initech)


@pytest.fixture
def dora(db):
    return User.objects.create_user(
        email="dora@help.example", password=PASSWORD, first_name="Dora", last_name="Deskworth", is_agent=True
    )


@pytest.fixture
def erin(db):
    return User.objects.create_user(
        email="erin@help.example", password=PASSWORD, first_name="Erin", is_agent=True, is_administrator=True
    )


@pytest.fixture
def file_ticket(portal, inbox, pipeline):
    """Let a contact file a ticket in the portal: ``file_ticket(alice, "Subject")`` gives the ticket."""

    def file(contact, subject="Printer on fire", text="It burns.", **fields):
        incoming = Incoming(
            contact=contact, text=text, channel=Channel.FORM, inbox=inbox, portal=portal, subject=subject,
            status=pipeline.first_open(), **fields,
        )  # fmt: skip
        return receive(incoming).thread.ticket

    return file


@pytest.fixture
def ticket(file_ticket, alice):
    """Alice's ticket, of her own and of Acme's."""
    return file_ticket(alice)


@pytest.fixture
def answer(dora):
    """Let Dora answer: ``answer(ticket, "Text")`` gives the message."""
    return lambda ticket, text="We look into it.", **more: delivery.reply(ticket.threads.first(), text, by=dora, **more)


@pytest.fixture
def found_by_agents():
    """The ids of tickets that an agent's search finds: ``found_by_agents("burns")``."""
    return lambda query: set(Ticket.objects.filter(held_by_agents(query)).values_list("pk", flat=True))


@pytest.fixture
def entered(portal, client):
    """Sign a contact in to the portal: ``entered(alice)`` gives a client in her name."""

    def enter(contact, place=None):
        user = grant(contact, place or portal, by=None)
        contact.memberships.update(granted_at=timezone.now() - timedelta(days=365))
        user.set_password(PASSWORD)
        user.save()
        browser = type(client)()
        address = f"/{(place or portal).slug}/sign-in/"
        answer = browser.post(address, {"login": contact.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return enter


@pytest.fixture
def at_desk(client):
    """Sign an agent in to the desk: ``at_desk(dora)`` gives a client in her name."""

    def enter(agent):
        browser = type(client)()
        answer = browser.post("/desk/sign-in/", {"login": agent.email, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return enter


@pytest.fixture
def cast(alice, bob, carol, charlie, dora, erin):
    return SimpleNamespace(alice=alice, bob=bob, carol=carol, charlie=charlie, dora=dora, erin=erin)
