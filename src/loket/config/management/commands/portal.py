"""``loket portal create | show | set``: a portal and its settings, from the shell."""

import json

from django.conf import settings as django_settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from loket.conversations.models import Inbox, RoutingPolicy
from loket.forms.opening import open_portal
from loket.portals.models import Domain, Portal
from loket.records.readiness import missing_for
from loket.tickets.models import ClosingPolicy, ListPolicy, ReplyPolicy, SightPolicy, WordingPolicy

POLICIES = (SightPolicy, WordingPolicy, RoutingPolicy, ListPolicy, ReplyPolicy, ClosingPolicy)
HIDDEN = ("id", "portal")
PORTALS_OWN = ("name", "slug")


class Command(BaseCommand):
    help = (
        "Open a portal, show or change its settings. Values are JSON or plain text: "
        "sharing=company | own | filter, visibility_filter='{\"filterGroups\": …}', owner_name=alias, is_on=true …"
    )

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        for name in ("show", "set"):
            action = actions.add_parser(name)
            action.add_argument("slug")
            action.add_argument("--domain", help="when several domains have this slug")
        action.add_argument("settings", nargs="+", metavar="NAME=VALUE")
        create = actions.add_parser("create")
        create.add_argument("slug")
        create.add_argument("--name", required=True)
        create.add_argument("--domain", help="host name; that of LOKET_URL when left out")
        create.add_argument("--language", default="en", choices=dict(django_settings.LANGUAGES))
        create.add_argument("--sharing", default="own", choices=["own", "company"], help="whose tickets customers see")

    def handle(self, *, action, slug, domain, settings=(), name="", language="", sharing="", **options):
        try:
            if action == "create":
                host = domain or django_settings.SITE_URL.hostname
                portal = open_portal(name=name, host=host, slug=slug, language=language, sharing=sharing, by=None)
            else:
                portal = find_portal(slug, domain)
                with transaction.atomic():
                    for setting, value in map(parsed, settings):
                        change(portal, setting, value)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if action != "set":
            self.stdout.write(json.dumps(shown(portal), indent=2, ensure_ascii=False))


def find_portal(slug, domain):
    """The one portal with this slug. Raises CommandError."""
    portals = Portal.objects.select_related("domain").filter(slug=slug, **({"domain__host": domain} if domain else {}))
    if len(portals) != 1:
        there = (
            ", ".join(f"{each.domain.host}/{each.slug}" for each in Portal.objects.select_related("domain")) or "none"
        )
        raise CommandError(f"There is not exactly one portal “{slug}”. There are: {there}.")
    return portals[0]


def parsed(setting):
    """("name", value) of ``name=value``; the value is JSON when it reads as JSON."""
    name, equals, text = setting.partition("=")
    if not equals:
        raise CommandError(f"Write NAME=VALUE, not “{setting}”.")
    try:
        return name, json.loads(text)
    except ValueError:
        return name, text


def change(portal, name, value):
    """Give the setting to the policy that owns it."""
    if name == "is_on":
        return portal.turn_on(by=None) if value is True else portal.turn_off(by=None)
    if name in PORTALS_OWN:
        return portal.set({name: value}, by=None)
    if name == "domain":
        return portal.set(
            {"domain": Domain.objects.filter(host=value).first() or fail(f"“{value}” is no domain.")}, by=None
        )
    if name == "inbox":
        value = Inbox.objects.filter(name=value).first() or fail(f"There is no inbox “{value}”.")
    for policy in POLICIES:
        if name not in HIDDEN and has_field(policy, name):
            return policy.of(portal).set({name: value}, by=None)
    known = sorted(field.name for policy in POLICIES for field in policy._meta.fields if field.name not in HIDDEN)
    return fail(f"There is no setting “{name}”. There are: is_on, name, slug, domain, {', '.join(known)}.")


def has_field(policy, name):
    """Whether ``name`` is a setting of ``policy``."""
    try:
        return bool(policy._meta.get_field(name))
    except FieldDoesNotExist:
        return False


def fail(why):
    raise CommandError(why)


def shown(portal):
    """All settings of a portal by name."""
    missing = [each.words for each in missing_for(portal)]
    settings = {"name": portal.name, "address": portal.address(), "is_on": portal.is_on, "missing": missing}
    for policy in (each.of(portal) for each in POLICIES):
        for field in policy._meta.fields:
            if field.name not in HIDDEN:
                value = getattr(policy, field.attname)
                settings[field.name] = str(policy.inbox) if field.name == "inbox" and value else value
    return settings
