"""The tab *Access* of a portal: who may enter, how they sign in, how long they stay (A1–A6)."""

from django import forms
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from loket.access.policies import AccessPolicy, IdleMinutes, Mode
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.stamps import StampedForm

FIELDS = ("mode", "gives_company", "allows_codes", "requires_second_factor", "idle_minutes")


class AccessForm(StampedForm):
    mode = forms.ChoiceField(label=_("Who may enter"), choices=Mode, widget=forms.RadioSelect)
    gives_company = forms.BooleanField(
        label=_("Who registers joins the company with the domain of their address"),
        required=False,
        help_text=_("Only new contacts, and never by free mail such as gmail.com or a domain that others share."),
    )
    allows_codes = forms.BooleanField(
        label=_("Customers can sign in with a code that we mail them"),
        required=False,
        help_text=_("It works once, within 15 minutes. The password works all the same."),
    )
    requires_second_factor = forms.BooleanField(
        label=_("Customers need a second step to sign in"),
        required=False,
        help_text=_(
            "A code of an app on their phone. Who has none sets it up at their next sign-in, which is now: it signs them out. "
            "Single sign-on asks no second step here; your provider may."
        ),
    )
    idle_minutes = forms.TypedChoiceField(
        label=_("Sign out who has been away for"),
        choices=IdleMinutes,
        coerce=int,
        help_text=_("A page that only waits for news does not count as being there."),
    )


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_access(request, portal_id):
    """Show the tab, or save it whole."""
    portal = portal_or_404(portal_id, lock=request.method == "POST")
    policy = AccessPolicy.of(portal)
    form = AccessForm(request.POST or None, current={name: getattr(policy, name) for name in FIELDS})
    if request.method == "POST" and is_saved(request, form, lambda values: policy.set(values, by=request.user)):
        return redirect("settings-access", portal_id)
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/access.html", "access", status=status, portal=portal, form=form)


urlpatterns = [path("customer-portal/<int:portal_id>/access/", edit_access, name="settings-access")]
