"""The frame of one form's pages: its tabs, and how the form is found."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from loket.desk.settings.shell import render_settings
from loket.forms.models import Form

TABS = (
    ("builder", _("Fields"), "settings-form"),
    ("sending", _("After sending"), "settings-form-sending"),
    ("sharing", _("Where it stands"), "settings-form-sharing"),
    ("submissions", _("Submissions"), "settings-form-submissions"),
)


def form_or_404(form_id, *, lock=False):
    """The form. With ``lock``, inside a transaction, nobody else changes it meanwhile."""
    return get_object_or_404(Form.objects.select_for_update() if lock else Form, pk=form_id)


def draft_edited(form_id, edit):
    """The form, after ``edit(form)`` changed its draft while nobody else could."""
    with transaction.atomic():
        form = form_or_404(form_id, lock=True)
        edit(form)
    return form


def render_form(request, template, tab, built, *, status=200, **context):
    """Answer with ``template`` in the frame of the form ``built``'s tabs."""
    tabs = [(label, reverse(address, args=[built.pk]), slug == tab) for slug, label, address in TABS]
    frame = {"built": built, "form_tabs": tabs}
    return render_settings(request, template, "forms", status=status, **frame | context)
