"""What of this room keeps an inbox, a form or a status from being deleted, and a status from being closed."""

from django.utils.translation import gettext as _

from loket.forms.models import Form, FormLink
from loket.records.uses import Use


def forms_into(inbox):
    """The forms that make tickets in ``inbox``."""
    for form in Form.objects.filter(inbox=inbox).order_by("name", "pk"):
        yield Use("form", form.pk, form.name, _("the form “%(name)s” makes tickets in it") % {"name": form})


def portals_with(form):
    """The portals that link ``form``, shown or switched off for now (F1)."""
    for link in FormLink.objects.filter(form=form).select_related("portal").order_by("portal__name", "pk"):
        words = _("the portal “%(name)s” links it") % {"name": link.portal}
        yield Use("portal", link.portal_id, link.portal.name, words)


def forms_starting_in(status):
    """The forms whose tickets start in ``status`` (D3): they need it open, too."""
    for form in Form.objects.filter(status=status).order_by("name"):
        yield Use("form", form.pk, form.name, _("tickets of the form “%(name)s” start in it") % {"name": form})
