"""Own words of this room: a portal's links to forms, and what stands on these as it is published."""

from django.utils.translation import gettext as _

from loket.forms.elements import askable
from loket.forms.models import FormLink
from loket.properties.models import Definition
from loket.records.own_texts import OwnText
from loket.tickets.own_texts import words_of_property


def words_of_forms(portal):
    """Of each form that customers can open: menu text and heading, its fields, what is read afterwards, consent."""
    asked = {}
    for link in FormLink.objects.on().filter(portal=portal).select_related("form"):
        form, words, args, field = link.form, {"form": link.form}, (portal.pk,), f"form-{link.form_id}"
        yield OwnText(
            _("Menu text of the form “%(form)s”") % words, link.menu_text, "form", args, f"{field}-menu_text-"
        )
        yield OwnText(_("Heading of the form “%(form)s”") % words, link.heading, "form", args, f"{field}-heading-")
        for element in form.elements:
            yield from words_of_element(form, element)
            asked[element.key] = asked.get(element.key) or any(element.label.values())
        yield OwnText(
            _("What people read after sending “%(form)s”") % words, form.thanks, "form-sending", (form.pk,), "thanks-"
        )
        yield OwnText(_("Consent on the form “%(form)s”") % words, form.consent, "form-sending", (form.pk,), "consent-")
    names = {key.partition(".")[2] for key in asked}
    for definition in Definition.objects.filter(name__in=names).order_by("pk"):
        key = f"{definition.kind}.{definition.name}"
        if key in asked:
            yield from words_of_property(definition, portal, has_label=not asked[key])


def words_of_element(form, element):
    """What stands with one field of a form, or is its block of text."""
    # What the draft holds no more can only be published away.
    page, args = ("element", (form.pk, element.key)) if form.element(element.key) else ("form-builder", (form.pk,))
    words = {"form": form, "field": element.labelled(askable())[:60]}
    yield OwnText(_("Text “%(field)s” on the form “%(form)s”") % words, element.text, page, args, "text-")
    yield OwnText(_("Label “%(field)s” on the form “%(form)s”") % words, element.label, page, args, "label-")
    yield OwnText(_("Help text of “%(field)s” on the form “%(form)s”") % words, element.help, page, args, "help-")
    yield OwnText(
        _("Placeholder of “%(field)s” on the form “%(form)s”") % words, element.placeholder, page, args, "placeholder-"
    )
