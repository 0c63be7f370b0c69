"""The pages of the demo, in the order in which somebody would meet them."""

from dataclasses import dataclass

GRINDER = "Grinder makes a high-pitched noise"
WAND = "Steam wand drips after closing"
CLOSED = "Can we order the small filter baskets separately?"


@dataclass(frozen=True)
class Page:
    """One page: ``name`` of its files, who looks at it (``""``: nobody signed in), where it is.

    Addresses hold no numbers: what has one is reached by the link ``follow`` on ``path``. ``press`` is a button that is
    pressed there before the picture is taken, as for what a form answers when it is empty; ``fill`` is typed first, by label.
    """

    name: str
    who: str
    path: str
    follow: str = ""
    press: str = ""
    fill: tuple = ()
    status: int = 200


def portal(name, path="", **how):
    """A page of the portal as Alice sees it."""
    return Page(f"portal-{name}", how.pop("who", "alice"), f"/support/{path}", **how)


def desk(name, path="", **how):
    """A page of the desk as Erin, an administrator, sees it."""
    return Page(f"desk-{name}", how.pop("who", "erin"), f"/desk/{path}", **how)


def settings(name, path="", **how):
    """A page of the desk's settings."""
    return Page(f"settings-{name}", "erin", f"/desk/settings/{path}", **how)


SYSTEM = [
    portal("sign-in", "sign-in/", who=""),
    portal("sign-in-wrong", "sign-in/", who="", press="Sign in", fill=(("E-mail", "a@b.example"), ("Password", "x"))),
    portal("password-reset", "password-reset/", who=""),
    portal("password-reset-sent", "password-reset/sent/", who=""),
    portal("sign-in-code", "sign-in/code/", who=""),
    portal("register", "register/", who=""),
    portal("register-sent", "register/sent/", who=""),
    portal("access-denied", "access-denied/", who=""),
]

PORTAL = [
    portal("list"),
    portal("list-nothing-found", "?q=unicorn"),
    portal("ticket", follow=WAND),
    portal("ticket-not-answered", follow=GRINDER),
    portal("ticket-closed", "?q=baskets", follow=CLOSED),
    portal("form", follow="File a support ticket"),
    portal("form-errors", follow="File a support ticket", press="Send"),
    portal("sessions", "settings/sessions/"),
    portal("two-steps", "second-factor/"),
    portal("two-steps-set-up", "second-factor/set-up/"),
    portal("not-found", "tickets/999999/", status=404),
]

DESK = [
    desk("sign-in", "sign-in/", who=""),
    desk("password-reset", "password-reset/", who=""),
    desk("list", "views/all-open/"),
    desk("list-empty", "views/spam/"),
    desk("ticket", "views/all-open/", follow=WAND),
    desk("ticket-as-agent", "views/all-open/", follow=GRINDER, who="dora"),
    desk("ticket-closed", "views/closed/", follow=CLOSED),
    desk("ticket-new", "tickets/new/"),
    desk("ticket-new-errors", "tickets/new/", press="Create ticket"),
    desk("ticket-forward", "views/all-open/", follow=WAND, press="Forward"),
    desk("contact", "views/all-open/", follow="Alice Lindeman"),
    desk("saved-view", "saved-views/new/"),
    desk("notices", "notices/"),
    desk("mail", "mail/"),
    desk("mail-all", "mail/all/"),
    desk("outbox", "outbox/"),
    desk("own", "own/"),
    desk("two-steps", "second-factor/"),
    desk("not-found", "tickets/999999/", status=404),
]

SETTINGS = [
    settings("general"),
    settings("tickets", follow="Tickets"),
    settings("form", follow="Form"),
    settings("access", follow="Access"),
    settings("e-mails", follow="E-mails"),
    settings("theme", follow="Theme"),
    settings("pages", follow="Pages"),
    settings("view-as", follow="View as contact"),
    settings("portals", "portals/"),
    settings("portal-new", "portals/new/"),
    settings("portal-new-errors", "portals/new/", press="Create portal"),
    settings("portal-copy", "portals/", follow="Copy Brewline Support"),
    settings("portal-deletion", "portals/", follow="Delete Brewline Support"),
    settings("domains", "domains/"),
    settings("domain-new", "domains/new/"),
    settings("domain", "domains/", follow="localhost"),
    settings("consent", "domains/", follow="Consent localhost"),
    settings("single-sign-on", "domains/", follow="Single sign-on localhost"),
    settings("forms", "forms/"),
    settings("form-new", "forms/new/"),
    settings("form-builder", "forms/", follow="Support form"),
    settings("form-submissions", "forms/", follow="0 submissions"),
    settings("properties", "properties/"),
    settings("property-new", "properties/ticket/new/"),
    settings("pipelines", "pipelines/"),
    settings("pipeline", "pipelines/", follow="Support pipeline"),
    settings("pipeline-deletion", "pipelines/", follow="Delete Support pipeline"),
    settings("segments", "segments/"),
    settings("segment-new", "segments/new/active/"),
    settings("agents", "agents/"),
    settings("agent-new", "agents/new/"),
    settings("agent", "agents/", follow="Dora Visser"),
    settings("locks", "locks/"),
    settings("inboxes", "inboxes/"),
    settings("inbox", "inboxes/", follow="Help desk"),
    settings("email", "email/"),
    settings("email-new", "email/new/"),
    settings("email-channel", "email/", follow="support@example.com"),
    settings("email-own-server", "email/own-server/"),
    settings("email-domain", "email/domains/localhost/"),
    settings("email-server-new", "email/relays/new/"),
]

PAGES = [*SYSTEM, *PORTAL, *DESK, *SETTINGS]
