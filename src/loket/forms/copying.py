"""A copied portal links the forms of its original."""

from loket.forms.models import FormLink
from loket.portals.models import copied


def listen():
    """Hear of copied portals."""
    copied.connect(copy_links, dispatch_uid="form links")


def copy_links(portal, original, **_more):
    """Copy the links to forms, with their texts and order (F1)."""
    links = FormLink.objects.filter(portal=original)
    for link in links:
        link.pk, link.portal = None, portal
    FormLink.objects.bulk_create(links)
