"""What of this room keeps a status from being deleted or closed."""

from django.utils.translation import gettext as _

from loket.forms.models import Form
from loket.records.uses import Use


def forms_into(status):
    """The forms whose tickets start in ``status`` (D3): they need it open, too."""
    for form in Form.objects.filter(status=status).order_by("name"):
        yield Use("form", form.pk, form.name, _("tickets of the form “%(name)s” start in it") % {"name": form})
