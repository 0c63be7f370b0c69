"""Inboxes and help desks: where conversations arrive."""

from django import forms
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from loket.conversations.models import Inbox, RoutingPolicy
from loket.desk.settings.changes import changes_of
from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.mail.models import Relay


class InboxForm(StampedForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    is_help_desk = forms.BooleanField(
        label=_("Help desk"),
        required=False,
        help_text=_(
            "A help desk has ticket views: agents can switch the whole desk to its tickets. "
            "Answers to tickets without a conversation begin one there."
        ),
    )
    relay = forms.ModelChoiceField(
        Relay.objects.all(), label=_("Mail server"), required=False, empty_label=_("That of the installation"),
        help_text=_("What agents write here leaves through it, from its address."),
    )  # fmt: skip


@administrator_required
@require_safe
def show_inboxes(request):
    serves = RoutingPolicy.objects.filter(inbox=OuterRef("pk"))
    inboxes = Inbox.objects.annotate(serves_portals=Exists(serves))
    return render_settings(request, "desk/settings/inboxes.html", "inboxes", inboxes=inboxes)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_inbox(request):
    return answer_form(request, Inbox())


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_inbox(request, inbox_id):
    return answer_form(request, get_object_or_404(Inbox.objects.select_for_update(of=("self",)), pk=inbox_id))


def answer_form(request, inbox):
    """Ask for an inbox, or write it."""
    called = inbox.name
    changes = changes_of(inbox) if inbox.pk else []
    current = {"name": inbox.name, "is_help_desk": inbox.is_help_desk, "relay": inbox.relay}
    form = InboxForm(request.POST or None, current=current)
    if request.method == "POST" and is_saved(request, form, lambda values: inbox.set(values, by=request.user)):
        return redirect("settings-inboxes")
    context = {"form": form, "called": called, "changes": changes}
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/inbox.html", "inboxes", status=status, **context)


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_inbox(request, inbox_id):
    return answer_deletion(request, get_object_or_404(Inbox, pk=inbox_id), "inboxes", "settings-inboxes")


urlpatterns = [
    path("inboxes/", show_inboxes, name="settings-inboxes"),
    path("inboxes/new/", create_inbox, name="settings-inboxes-new"),
    path("inboxes/<int:inbox_id>/", edit_inbox, name="settings-inbox"),
    path("inboxes/<int:inbox_id>/deletion/", delete_inbox, name="settings-inbox-deletion"),
]
