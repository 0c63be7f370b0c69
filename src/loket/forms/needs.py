"""What of this room keeps an inbox, form, status, property or option from being deleted, and a status from being closed."""

from django.utils.translation import gettext as _

from loket.forms.models import Form, FormLink
from loket.properties.filters import mentions
from loket.records.uses import Use


def forms_into(inbox):
    """The forms that make tickets in ``inbox``."""
    for form in Form.objects.filter(inbox=inbox).order_by("name", "pk"):
        yield Use("form", form.pk, form.name, _("the form “%(name)s” makes tickets in it") % {"name": form})


def portals_with(form):
    """The portals that link ``form``, shown or switched off for now (F1)."""
    for link in FormLink.objects.filter(form=form).select_related("portal").order_by("portal__name", "pk"):
        words = _("the portal “%(name)s” links it") % {"name": link.portal}
        yield Use("portal", link.portal_id, link.portal.name, words, "form")


def forms_starting_in(status):
    """The forms whose tickets start in ``status`` (D3): they need it open, too."""
    for form in Form.objects.filter(status=status).order_by("name"):
        yield Use("form", form.pk, form.name, _("tickets of the form “%(name)s” start in it") % {"name": form})


def forms_asking(definition):
    """The forms, published or as drafts, that ask for a property or show something by it."""
    for form in Form.objects.order_by("name"):
        if any(asks(each, definition.kind, definition.name) for each in form.elements + form.draft_elements):
            yield Use("form", form.pk, form.name, _("the form “%(name)s” asks for it") % {"name": form})


def forms_offering(option):
    """The forms that name one option of a choice."""
    kind, name, value = option.definition.kind, option.definition.name, option.value
    for form in Form.objects.order_by("name"):
        for each in form.elements + form.draft_elements:
            named = each.key == f"{kind}.{name}" and value in (*each.options, *each.default.split(";"))
            if named or (kind == "ticket" and mentions(each.when, name, value)):
                yield Use("form", form.pk, form.name, _("the form “%(name)s” names it") % {"name": form})
                break


def asks(element, kind, name):
    """Whether an element is about a property, or depends on it."""
    return element.key == f"{kind}.{name}" or (kind == "ticket" and mentions(element.when, name))
