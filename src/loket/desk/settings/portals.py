"""All portals: make one, copy one, delete one."""

from django import forms
from django.conf import settings
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.links import linked
from loket.desk.settings.saving import is_saved
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.portals.models import Domain, Portal
from loket.tickets.needs import broken_filters


class PortalForm(forms.Form):
    """A new portal's name and address."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("The title of the browser tab, for customers."))
    domain = forms.ModelChoiceField(Domain.objects.all(), label=_("Domain"), empty_label=None)
    slug = forms.CharField(
        label=_("Address"),
        max_length=50,
        help_text=_("What stands after the domain, such as “support”: lower-case letters, digits and hyphens."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def values(self):
        """What was typed, cleaned."""
        return self.cleaned_data


@settings_required
@require_safe
def show_settings(request):
    """The first portal's settings, or the list of portals while there is none."""
    first = Portal.objects.order_by("name", "pk").first()
    return redirect("settings-general", first.pk) if first else redirect("settings-portals")


@settings_required
@require_safe
def show_portals(request):
    portals = Portal.objects.select_related("domain").order_by("name", "pk")
    context = {"every": portals, "broken": linked(broken_filters())}
    return render_settings(request, "desk/settings/portals.html", "portals", **context)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_portal(request):
    """A portal that is off and has the defaults."""
    portal = Portal()
    return answer_form(request, portal, lambda values: portal.set(values, by=request.user))


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_copy(request, portal_id):
    """A portal that is off, with all settings of another."""
    original, copy = portal_or_404(portal_id), Portal()
    return answer_form(request, copy, lambda values: original.copy_to(copy, values, by=request.user), original)


def answer_form(request, portal, write, original=None):
    """Ask for name and address, or make ``portal`` by ``write`` and show its settings."""
    home = Domain.objects.filter(host=settings.SITE_URL.hostname).first()
    initial = {"domain": original.domain if original else home}
    form = PortalForm(request.POST or None, initial=initial)
    if request.method == "POST" and is_saved(request, form, write):
        return redirect("settings-general", portal.pk)
    status = 422 if form.is_bound else 200
    return render_settings(
        request, "desk/settings/new_portal.html", "portals", status=status, form=form, original=original
    )


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_portal(request, portal_id):
    warning = _("Its settings go with it. Tickets and conversations stay.")
    return answer_deletion(request, portal_or_404(portal_id), "portals", "settings-portals", warning=warning)


urlpatterns = [
    path("", show_settings, name="settings"),
    path("customer-portal/", show_settings, name="settings-customer-portal"),
    path("portals/", show_portals, name="settings-portals"),
    path("portals/new/", create_portal, name="settings-portals-new"),
    path("portals/<int:portal_id>/copy/", create_copy, name="settings-portal-copy"),
    path("portals/<int:portal_id>/deletion/", delete_portal, name="settings-portal-deletion"),
]
