"""Addresses that take no password after ten wrong ones (A8), and lifting that."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loket.access.models import AddressLock
from loket.desk.settings.shell import administrator_required, render_settings

MOST = 200


@administrator_required
@require_safe
def show_locks(request):
    """The last locked addresses, whether they have an account or not."""
    return render_settings(request, "desk/settings/locks.html", "locks", locks=AddressLock.objects.locked()[:MOST])


@administrator_required
@require_POST
def create_lifting(request, lock_id):
    """Take passwords for the address again."""
    lock = get_object_or_404(AddressLock, pk=lock_id)
    lock.lift(by=request.user)
    messages.success(request, _("%(address)s can sign in with a password again.") % {"address": lock})
    return redirect("settings-locks")


urlpatterns = [
    path("locks/", show_locks, name="settings-locks"),
    path("locks/<int:lock_id>/lifting/", create_lifting, name="settings-lock-lifting"),
]
