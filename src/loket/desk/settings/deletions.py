"""Deleting a record of the settings: a page that asks, or says what still uses it; then the deed."""

from django.contrib import messages
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from loket.desk.settings.links import linked
from loket.desk.settings.shell import render_settings
from loket.records.uses import InUse, uses_of


def answer_deletion(request, record, section, back, *, warning=""):
    """Ask whether to delete ``record`` (a Settable), or do it and go to ``back``, a URL name or an address.

    While something uses it, the page lists each use as a link and offers nothing. ``warning`` says what goes with it.
    """
    uses, status = uses_of(record), 200
    if request.method == "POST":
        try:
            record.remove(by=request.user)
        except InUse as error:
            uses, status = error.uses, 422
        else:
            messages.success(request, _("“%(name)s” was deleted.") % {"name": record})
            return redirect(back)
    context = {"record": record, "uses": linked(uses), "back": resolve_url(back), "warning": warning}
    return render_settings(request, "desk/settings/deletion.html", section, status=status, **context)
