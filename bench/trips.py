"""What is measured: each trip is something that a customer or an agent does."""

import itertools
import re
from datetime import date, timedelta
from html import unescape

from bench import measure
from bench.visitor import Visitor

MOST_SIGN_INS = 20
LIST = "/support/"


def measured(site, seconds, only=None):
    """{name: Figures or text} of one site."""
    found, memory = {}, {"idle": measure.megabytes(site.web)}
    for name, act, visitors, most in trips(site):
        if name == "constant page" or not only or only in name:
            found[name] = measure.figures(site.web, act, visitors, seconds, most)
    found |= export(site)
    found["rows a second from the database"] = f"{site.stage['rows a second from the database']:,}"
    found["web, two processes: memory idle · after all this"] = (
        f"{memory['idle']:.0f} MB · {measure.megabytes(site.web):.0f} MB"
    )
    found["worker: memory"] = f"{measure.megabytes(site.worker):.0f} MB"
    return found


def trips(site):
    """(name, act, visitors, how often at most) of everything; acts take a visitor."""
    yield "constant page", getting("/healthz"), crowd(Visitor(site.port)), None
    ten, busy, large = (member(site, name) for name in ("ten", "busy", "large"))
    for name, visitor, path in reading(site, ten[0], busy[0], large[0]):
        yield name, getting(path), crowd(visitor), None
    yield "CSV of 200 rows", getting(f"{LIST}tickets.csv"), crowd(member(site, "middle")[0]), None
    yield from desk(site)
    yield from writing(site, busy)
    yield "sign-in", signing_in(site), [Visitor(site.port)], MOST_SIGN_INS


def crowd(visitor):
    return [visitor.twin() for _ in range(measure.CLIENTS)]


def member(site, name):
    """(visitor, list page) of somebody who is signed in."""
    visitor = Visitor(site.port).sign_in(LIST, site.stage["people"][name], site.stage["password"])
    return visitor, visitor.open(LIST)


def getting(path):
    """The act of reading one page."""
    return lambda visitor: visitor.get(path)


def reading(site, ten, busy, large):
    """(name, visitor, path) of what customers read."""
    year = date.today() - timedelta(days=365)
    page = large.get(LIST)[1].decode()
    yield "list, company of ten", ten, LIST
    yield "list, large company", large, LIST
    yield "list, 5,000 own", busy, f"{LIST}?view=own"
    yield "second page", large, LIST + unescape(re.search(r'href="(\?after=[^"]+)"', page)[1])
    yield "sort by subject, company of ten", ten, f"{LIST}?sort=subject"
    yield "sort by subject, large company", large, f"{LIST}?sort=subject"
    yield "filter: open, from a day on", large, f"{LIST}?status=open&createdate.from={year}"
    yield "search, rare word", large, f"{LIST}?q={site.stage['rare']}"
    yield "search, frequent word", large, f"{LIST}?q={site.stage['frequent']}"
    ticket = re.search(r'href="(/support/tickets/\d+/)"', page)[1]
    yield "ticket", large, ticket
    yield "live update, nothing new", large, f"{ticket}live/?after=9999999999"


def desk(site):
    """What agents read."""
    agent = Visitor(site.port).sign_in("/desk/", site.stage["people"]["agent"], site.stage["password"])
    address = agent.get("/desk/")
    page = agent.get("/desk/views/all-open/")[1].decode() if address[0] == 302 else address[1].decode()
    ticket = unescape(re.search(r'href="(/desk/tickets/\d+/[^"]*)"', page)[1])
    paths = {"desk, list": "/desk/views/all-open/", "desk, ticket": ticket}
    paths["desk, search, rare word"] = f"/desk/views/all-open/?in=all&q={site.stage['rare']}"
    for name, path in paths.items():
        yield name, getting(path), crowd(agent), None


def writing(site, busy):
    """Replies, each to another ticket, and new tickets."""
    visitor, _page = busy
    page = visitor.open(f"{LIST}?view=own&status=open")
    tickets = itertools.cycle(re.findall(r'href="(/support/tickets/\d+/)"', page))
    visitor.open(next(tickets))
    yield "reply", lambda one: one.post(f"{next(tickets)}replies/", text="It is still so."), crowd(visitor), None
    form = f"{LIST}new/{site.stage['form']}/"
    fields = {"subject": "The printer again", "content": "It beeps, and nothing comes out."}
    yield "new ticket", lambda one: one.post(form, **fields), crowd(visitor), None


def signing_in(site):
    """Both requests: the page, and the form with the password."""
    who, password = site.stage["people"]["ten"], site.stage["password"]
    return lambda visitor: Visitor(site.port).sign_in(LIST, who, password)


def export(site):
    """CSV of the large company: rows a second over HTTP, and how much memory it takes."""
    visitor, rows = member(site, "large")[0], 0

    def read():
        nonlocal rows
        rows = visitor.get(f"{LIST}tickets.csv")[1].count(b"\r\n") - 1

    visitor.get(f"{LIST}tickets.csv?createdate.from=2100-01-01")
    seconds, megabytes = measure.growth(site.web, read)
    return {"CSV of the large company": f"{rows:,} rows, {rows / seconds:,.0f} a second, {megabytes:.0f} MB more"}
