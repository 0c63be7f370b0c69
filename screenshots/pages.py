"""The pages of the demo, in the order in which somebody would meet them."""

from dataclasses import dataclass

GRINDER = "Grinder makes a high-pitched noise"
WAND = "Steam wand drips after closing"
CLOSED = "Can we order the small filter baskets separately?"


@dataclass(frozen=True)
class Page:
    """One page: ``name`` of its files, who looks at it (``""``: nobody signed in), where it is.

    Addresses hold no numbers: what has one is reached from ``path`` by the links ``follow``. ``press`` is a button that is
    pressed there before the picture is taken, as for what a form answers when it is empty; ``fill`` is typed first, by label.
    ``until`` is what the answer says, where it takes its time.
    """

    name: str
    who: str
    path: str
    follow: tuple = ()
    press: str = ""
    fill: tuple = ()
    until: str = ""
    status: int = 200


def portal(name, path="", *follow, **how):
    """A page of the portal as Alice sees it."""
    return Page(f"portal-{name}", how.pop("who", "alice"), f"/support/{path}", follow, **how)


def desk(name, path="", *follow, **how):
    """A page of the desk as Erin, an administrator, sees it."""
    return Page(f"desk-{name}", how.pop("who", "erin"), f"/desk/{path}", follow, **how)


def settings(name, path="", *follow, **how):
    """A page of the desk's settings."""
    return Page(f"settings-{name}", "erin", f"/desk/settings/{path}", follow, **how)


SYSTEM = [
    portal("sign-in", "sign-in/", who=""),
    portal("sign-in-wrong", "sign-in/", who="", press="Sign in", fill=(("E-mail", "a@b.example"), ("Password", "x"))),
    portal("password-reset", "password-reset/", who=""),
    portal("password-reset-sent", "password-reset/sent/", who=""),
    portal("sign-in-code", "sign-in/code/", who=""),
    portal("access-denied", "access-denied/", who="", status=403),
]

PORTAL = [
    portal("list"),
    portal("list-nothing-found", "?q=unicorn"),
    portal("ticket", "", WAND),
    portal("ticket-not-answered", "", GRINDER),
    portal("ticket-closed", "?q=baskets", CLOSED),
    portal("form", "", "File a support ticket"),
    portal("form-errors", "", "File a support ticket", press="Send"),
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
    desk("ticket", "views/all-open/", WAND),
    desk("ticket-as-agent", "views/all-open/", GRINDER, who="dora"),
    desk("ticket-closed", "views/closed/", CLOSED),
    desk("ticket-new", "tickets/new/"),
    desk("ticket-new-errors", "tickets/new/", press="File and send"),
    desk("ticket-forward", "views/all-open/", WAND, "Forward"),
    desk("contact", "views/all-open/", WAND, "Alice Lindeman"),
    desk("company", "views/all-open/", WAND, "Café Linden"),
    desk("ticket-properties", "views/all-open/", WAND, "Change properties"),
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
    settings("tickets", "", "Tickets"),
    settings("form", "", "Form"),
    settings("access", "", "Access"),
    settings("e-mails", "", "E-mails"),
    settings("theme", "", "Theme"),
    settings("pages", "", "Pages"),
    settings("view-as", "", "View as contact"),
    settings("portals", "portals/"),
    settings("portal-new", "portals/new/"),
    settings("portal-new-errors", "portals/new/", press="Make the portal"),
    settings("portal-copy", "portals/", "Copy Brewline Support"),
    settings("portal-deletion", "portals/", "Delete Brewline Support"),
    settings("domains", "domains/"),
    settings("domain-new", "domains/new/"),
    settings("domain", "domains/", "localhost"),
    settings("consent", "domains/", "Consent localhost"),
    settings("single-sign-on", "domains/", "Single sign-on localhost"),
    settings("forms", "forms/"),
    settings("form-new", "forms/new/"),
    settings("form-builder", "forms/", "Support form"),
    settings("form-submissions", "forms/", "0 submissions"),
    settings("properties", "properties/"),
    settings("property-new", "properties/ticket/new/"),
    settings("pipelines", "pipelines/"),
    settings("pipeline", "pipelines/", "Support pipeline"),
    settings("pipeline-deletion", "pipelines/", "Delete Support pipeline"),
    settings("segments", "segments/"),
    settings("segment-new", "segments/new/active/"),
    settings("agents", "agents/"),
    settings("agent-new", "agents/new/"),
    settings("agent", "agents/", "Dora Visser"),
    settings("locks", "locks/"),
    settings("inboxes", "inboxes/"),
    settings("inbox", "inboxes/", "Help desk"),
    settings("email", "email/"),
    settings("email-new", "email/new/"),
    settings("email-channel", "email/", "support@example.com"),
    settings("email-own-server", "email/own-server/"),
    settings("email-domain", "email/domains/localhost/"),
    settings("email-server-new", "email/relays/new/"),
]

# Met only where strangers are let in: see demo.open_up.
ASKED = (
    ("E-mail", "eve@example.com"),
    ("Subject", "Do you repair grinders?"),
    ("Description", "Ours is ten years old."),
)
OPENED = [
    portal("sign-in-split", "sign-in/", who=""),
    portal("access-denied-letter", "access-denied/", who="", status=403),
    portal("register", "register/", who=""),
    portal("register-sent", "register/sent/", who=""),
    portal("consent", who="charlie"),
    Page("public-form", "", "/forms/1/"),
    Page("public-form-errors", "", "/forms/1/", press="Send", until="Please look at these fields again"),
    Page("public-form-sent", "", "/forms/1/", press="Send", fill=ASKED, until="Thank you"),
    settings("form-submissions-suspect", "forms/", "submissions"),
]

PAGES = [*SYSTEM, *PORTAL, *DESK, *SETTINGS]
