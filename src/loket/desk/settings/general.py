"""The tab *General* of a portal: name, address, inbox, switch (P1–P7)."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from loket.conversations.models import Inbox, RoutingPolicy
from loket.desk.settings.links import missing_of
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.portals.models import Domain, NotReady

PORTALS_OWN = ("name", "customer_name", "domain", "slug", "further_languages")


class GeneralForm(StampedForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("The title of the browser tab, for customers."),
    )
    customer_name = TextsField(
        label=gettext_lazy("Name in each language"),
        help_text=gettext_lazy("What customers read where that is another name."),
    )
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        label=gettext_lazy("Domain"),
        empty_label=None,
        help_text=gettext_lazy("Its primary language is what the portal, its system pages and its mails speak."),
    )
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=50,
        help_text=gettext_lazy("What stands after the domain. The old address leads here after a change."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    further_languages = forms.MultipleChoiceField(
        label=gettext_lazy("Further languages"),
        choices=settings.LANGUAGES,
        required=False,
        help_text=gettext_lazy(
            "Customers may choose one of these instead. Without a choice the portal speaks their browser’s, if it is among them."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    inbox = forms.ModelChoiceField(
        Inbox.objects.all(),
        label=gettext_lazy("Inbox"),
        required=False,
        empty_label="–",
        help_text=gettext_lazy("Where what customers write in the portal arrives."),
    )

    def __init__(self, *args, portal, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["inbox"].required = portal.is_on
        others = [each for each in settings.LANGUAGES if each[0] != portal.language]
        self.fields["further_languages"].choices = others
        self.fields["customer_name"].ask_first(portal.language, portal.name)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_general(request, portal_id):
    """Show the tab, or save it whole."""
    portal = portal_or_404(portal_id, lock=request.method == "POST")
    routing = RoutingPolicy.of(portal)
    current = {name: getattr(portal, name) for name in PORTALS_OWN} | {"inbox": getattr(routing, "inbox", None)}
    form = GeneralForm(request.POST or None, current=current, portal=portal)

    def write(values):
        portal.set({name: values[name] for name in PORTALS_OWN}, by=request.user)
        if values["inbox"]:
            routing.set({"inbox": values["inbox"]}, by=request.user)
        elif not routing._state.adding:
            routing.delete()

    if request.method == "POST" and is_saved(request, form, write):
        return redirect("settings-general", portal_id)
    status = 422 if form.is_bound else 200
    return render_general(request, portal_or_404(portal_id), form, status=status)


def render_general(request, portal, form, status=200):
    """The tab, with what is missing before the portal can be on."""
    missing = [] if portal.is_on else missing_of(portal)
    return render_settings(
        request, "desk/settings/general.html", "general", status=status, portal=portal, form=form, missing=missing
    )


@settings_required
@require_POST
def create_opening(request, portal_id):
    """Turn the portal on, or say what is missing (P6)."""
    portal = portal_or_404(portal_id)
    try:
        portal.turn_on(by=request.user)
    except NotReady:
        messages.error(request, _("The portal cannot be turned on yet: see what is missing."))
    else:
        messages.success(request, _("The portal is on."))
    return redirect("settings-general", portal_id)


@settings_required
@require_POST
def create_closing(request, portal_id):
    """Turn the portal off (P6)."""
    portal_or_404(portal_id).turn_off(by=request.user)
    messages.success(request, _("The portal is off. Nothing is lost."))
    return redirect("settings-general", portal_id)


urlpatterns = [
    path("customer-portal/<int:portal_id>/general/", edit_general, name="settings-general"),
    path("customer-portal/<int:portal_id>/opening/", create_opening, name="settings-opening"),
    path("customer-portal/<int:portal_id>/closing/", create_closing, name="settings-closing"),
]
