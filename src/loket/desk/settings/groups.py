"""Access groups of a portal and their registration mails: who is admitted, how far each person is, what the mail says (A2)."""

from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.access.admission import PLACEHOLDERS, letter_for
from loket.access.groups import AccessGroup, Invitation, grant_group, revoke_group
from loket.access.policies import AccessPolicy
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.guard.text import clean_line
from loket.people.models import Contact, Segment
from loket.portals.placeholders import refuse_unknown

PAGE = 50
LAST_PAGE = 10_000
TEXTS = ("mail_subject", "mail_text")


class GroupForm(forms.Form):
    segment = forms.ModelChoiceField(Segment.objects.all(), label=_("Segment"), empty_label=None)


class MailForm(StampedForm):
    def __init__(self, *args, language, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mail_subject"] = TextsField(first=language, max_length=120, label=_("Subject"))
        known = _("{first_name} and {portal} stand for the person’s first name and the portal’s name.")
        self.fields["mail_text"] = TextsField(
            first=language, max_length=2000, is_block=True, label=_("Text"), help_text=known
        )

    def clean(self):
        """Refuse a placeholder that is none: customers would read it."""
        cleaned = super().clean()
        for name in TEXTS:
            for text in (cleaned.get(name) or {}).values():
                try:
                    refuse_unknown(text, PLACEHOLDERS)
                except ValidationError as error:
                    self.add_error(name, error)
                    break
        return cleaned


@settings_required
@require_safe
def show_groups(request, portal_id):
    """The groups, and a page of people with the state of their mail."""
    portal, form = portal_or_404(portal_id), GroupForm()
    groups = list(AccessGroup.objects.filter(portal=portal).select_related("segment").order_by("segment__name"))
    form.fields["segment"].queryset = Segment.objects.exclude(pk__in=[each.segment_id for each in groups])
    context = {"policy": AccessPolicy.of(portal), "admitted": groups, "form": form, **people(request, portal)}
    return render_settings(request, "desk/settings/groups.html", "access", portal=portal, **context)


def people(request, portal):
    """A page of invitations, newest first, those whose contact is called as was asked, and how many stand where."""
    query, number = clean_line(request.GET.get("q", ""), 200), page_number(request)
    rows = Invitation.objects.filter(portal=portal)
    totals = rows.aggregate(
        waiting=Count("pk", filter=Q(registration=None, cancelled_at=None)),
        accepted=Count("pk", filter=Q(registration__accepted_at__isnull=False)),
        mailed=Count("pk", filter=Q(registration__isnull=False)),
    )
    if query:
        rows = rows.filter(contact__in=Contact.objects.called(query).values("pk"))
    start = PAGE * (number - 1)
    found = list(rows.with_failure().order_by("-due_at", "-pk")[start : start + PAGE + 1])
    asked = f"&{urlencode({'q': query})}" if query else ""
    return {
        "query": query,
        "totals": totals,
        "people": found[:PAGE],
        "previous_url": f"?page={number - 1}{asked}" if number > 1 else "",
        "next_url": f"?page={number + 1}{asked}" if len(found) > PAGE and number < LAST_PAGE else "",
    }


def page_number(request):
    """The page asked for, the first for nonsense."""
    number = request.GET.get("page", "1")
    return min(max(int(number), 1), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < 6 else 1


@settings_required
@require_POST
def create_group(request, portal_id):
    """Admit the people of a segment."""
    portal, form = portal_or_404(portal_id), GroupForm(request.POST)
    if form.is_valid():
        grant_group(portal, form.cleaned_data["segment"], by=request.user)
    return redirect("settings-groups", portal_id)


@settings_required
@require_POST
def delete_group(request, portal_id, group_id):
    """Admit the people of a segment no more."""
    group = get_object_or_404(AccessGroup.objects.select_related("segment", "portal"), pk=group_id, portal=portal_id)
    revoke_group(group.portal, group.segment, by=request.user)
    return redirect("settings-groups", portal_id)


@settings_required
@require_POST
def create_mail_switch(request, portal_id):
    """Stop registration mails that have not left, or let them go on."""
    policy = AccessPolicy.of(portal_or_404(portal_id))
    policy.set({"mails_members": "on" in request.POST}, by=request.user)
    return redirect("settings-groups", portal_id)


def invitation_or_404(portal_id, invitation_id):
    found = Invitation.objects.select_related("contact", "portal")
    return get_object_or_404(found, pk=invitation_id, portal=portal_id)


@settings_required
@require_POST
def create_cancellation(request, portal_id, invitation_id):
    """Do not mail this person."""
    invitation_or_404(portal_id, invitation_id).cancel(by=request.user)
    return redirect("settings-groups", portal_id)


@settings_required
@require_POST
def create_resending(request, portal_id, invitation_id):
    """Mail this person again."""
    invitation_or_404(portal_id, invitation_id).resend(by=request.user)
    return redirect("settings-groups", portal_id)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_mail(request, portal_id):
    """The words of the registration mail; *Preview* shows what was typed and saves nothing."""
    portal = portal_or_404(portal_id, lock=request.method == "POST")
    policy = AccessPolicy.of(portal)
    current = {name: getattr(policy, name) for name in TEXTS}
    form = MailForm(request.POST or None, current=current, language=portal.language)
    if request.method == "POST" and "preview" in request.POST and form.is_valid():
        return HttpResponse(preview(portal, AccessPolicy(**form.values())))
    if request.method == "POST" and is_saved(request, form, lambda values: policy.set(values, by=request.user)):
        return redirect("settings-registration-mail", portal_id)
    status = 422 if form.is_bound else 200
    return render_settings(
        request, "desk/settings/registration_mail.html", "access", status=status, portal=portal, form=form
    )


def preview(portal, policy):
    """The mail as Alex would get it, in the portal's language; its link leads nowhere."""
    with portal.speaking():
        return letter_for(portal, policy, "Alex", "#")["html"]


BASE = "customer-portal/<int:portal_id>/access/groups/"
urlpatterns = [
    path(BASE, show_groups, name="settings-groups"),
    path(f"{BASE}new/", create_group, name="settings-groups-new"),
    path(f"{BASE}<int:group_id>/deletion/", delete_group, name="settings-group-deletion"),
    path(f"{BASE}mails/", create_mail_switch, name="settings-mail-switch"),
    path(f"{BASE}mail/", edit_mail, name="settings-registration-mail"),
    path(
        f"{BASE}people/<int:invitation_id>/cancellation/", create_cancellation, name="settings-invitation-cancellation"
    ),
    path(f"{BASE}people/<int:invitation_id>/resending/", create_resending, name="settings-invitation-resending"),
]
