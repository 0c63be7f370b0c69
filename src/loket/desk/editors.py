"""Editors: fields of a form that are lists with buttons of their own, such as a filter, columns or options.

Such a button sends the whole form to its own address and saves nothing; the page comes back with everything typed kept.
So an editor works without a script; ``editors.js`` spares the page the reload.
"""

from django import forms

from loket.ui.redrawn import Redrawn


class EditorWidget(forms.Widget):
    """Nothing by itself: the bound field reads and shows. It tells Django that the field is a group of controls."""

    use_fieldset = True


class EditorField(forms.Field):
    """A field whose bound field is an editor; its buttons are called ``<name>-edit``."""

    widget = EditorWidget


class WithEditors(Redrawn):
    """A form that holds editors; put it before the form's other bases."""

    @property
    def is_redrawn(self):
        """Whether this POST only edits: a button of an editor sent it, and nothing is to be saved."""
        editors = (name for name, field in self.fields.items() if isinstance(field, EditorField))
        return self.is_bound and any(f"{self.add_prefix(name)}-edit" in self.data for name in editors)
