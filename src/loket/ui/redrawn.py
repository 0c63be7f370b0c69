"""Forms that may be sent only to be shown anew: by a button that adds a row, takes a file away, brings further fields in."""

from django import forms
from django.forms.utils import ErrorDict


class Redrawn(forms.Form):
    """While ``is_redrawn``, nothing is wrong with the form yet, and nothing valid."""

    is_redrawn = False

    def is_valid(self):
        return not self.is_redrawn and super().is_valid()

    def full_clean(self):
        if self.is_redrawn:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()
