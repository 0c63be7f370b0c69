"""Invitations by mail: an agent to the desk, a contact to a portal; each with a link to set a password (A5)."""

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from loket.access.models import desk_address, grant, password_address
from loket.access.single_sign_on import sso_of
from loket.history.models import record
from loket.mail import outbox
from loket.people.addresses import clean_address
from loket.people.models import Contact, User


def invite_agent(address, values, *, by):
    """Make the account of ``address`` an agent with names and rights ``values``, and mail them. Returns the User.

    An account that the address has keeps its password, its contact and all access to portals.
    Raises ValidationError for what is no address, and for one who is or was an agent.
    """
    with transaction.atomic():
        account = {"password": make_password(None)}
        user, _new = User.objects.get_or_create(email=clean_address(address), defaults=account)
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_agent:
            raise ValidationError({"email": _("%(name)s is an agent already.") % {"name": user}})
        if user.retired_at:
            raise ValidationError({"email": _("%(name)s was an agent: activate them again.") % {"name": user}})
        user.appoint(by=by, **values)
        mail_agent(user, by=by)
    return user


def mail_agent(user, *, by):
    """Tell an agent where the desk is; without a password the mail has a link to set one: one use, 24 hours."""
    has_password = user.has_usable_password()
    address = desk_address() if has_password else password_address(user)
    words = _("Open the help desk") if has_password else _("Set a password")
    with transaction.atomic():
        record(user, "invited", by=by)
        send(
            user,
            _("%(name)s invites you to the help desk") % {"name": by} if by else _("Your place at the help desk"),
            "access/mail/agent",
            {"by": by, "user": user, "has_password": has_password, "button_url": address, "button_text": words},
        )


def invite_contact(address, portal, *, by, first_name="", last_name=""):
    """Let the contact of ``address``, made when there is none, enter ``portal``, and mail them in theirs, if it speaks it.

    Raises ValidationError for what is no address.
    """
    with transaction.atomic():
        names = {"first_name": first_name, "last_name": last_name}
        contact, is_new = Contact.objects.get_or_create(email=clean_address(address), defaults=names)
        if is_new:
            record(contact, "created", by=by)
        user = grant(contact, portal, by=by)
        with portal.speaking(contact.language):
            mail_contact(user, portal)
    return contact


def mail_contact(user, portal):
    """Tell a contact's account where the portal is, in the active language."""
    # Where the provider signs people in there is no password to set.
    sso = sso_of(portal)
    has_password = user.has_usable_password() or bool(sso)
    address = portal.address() if has_password else password_address(user, portal)
    words = _("Open the portal") if has_password else _("Set a password")
    context = {"portal": portal, "user": user, "has_password": has_password, "sso": sso, "brand_name": portal.called}
    context |= {"reset_url": portal.address("password-reset/"), "button_url": address, "button_text": words}
    send(user, _("Your access to %(portal)s") % {"portal": portal.called}, "access/mail/contact", context)


def send(user, subject, template, context):
    """Queue a letter whose body, a secret, the desk never shows."""
    context = {"brand_name": "Loket", "language": translation.get_language()} | context
    text, html = (render_to_string(f"{template}.{kind}", context) for kind in ("txt", "html"))
    outbox.queue(to=(user.name, user.email), subject=subject, text=text, html=html, private=True)
