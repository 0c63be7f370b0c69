"""How a settings form is saved: whole or not at all, with what the verbs refuse told beside the fields."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _


def is_saved(request, form, write):
    """Have ``write(values)`` do its deeds in one transaction when ``form`` is valid; False with the errors in it."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            write(form.values())
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


def add_errors(form, error):
    """Put a verb's ValidationError beside the fields it names; what names no field of the form goes above it."""
    named = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
    for name, errors in named.items():
        form.add_error(name if name in form.fields else None, errors)


def whole(view):
    """A POST to ``view`` is one transaction, in which it may lock what it changes; reading takes none."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return answered
