"""Single sign-on of a domain: values to copy, the provider, a step-by-step check, the switch (A4)."""

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from loket.access import oidc
from loket.access.models import SingleSignOn
from loket.desk.settings.changes import changes_of
from loket.desk.settings.email import plain_text, secret_text
from loket.desk.settings.saving import is_saved
from loket.desk.settings.shell import administrator_required, render_settings
from loket.desk.settings.stamps import StampedForm
from loket.guard import outbound
from loket.portals.models import Domain

FIELDS = ("name", "issuer", "client_id", "is_on")
STEPS = {
    "discovery": _("The provider says what it is"),
    "keys": _("Its keys can be read"),
    "pkce": _("It knows PKCE"),
    "client": _("It accepts client ID and secret"),
}
# Where asking for a token fails at all, the last step failed.
STEP_OF = {"token": "client"}


class SingleSignOnForm(StampedForm):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Stands on the button: “Sign in with Acme”."))
    issuer = plain_text(
        _("Issuer"),
        500,
        _("The address by which the provider names itself, such as https://login.example.com."),
        required=True,
    )
    client_id = plain_text(_("Client ID"), 255, required=True)
    secret = secret_text(
        _("Client secret"), _("Stored encrypted and never shown. Leave it empty to keep the present one.")
    )
    is_on = forms.BooleanField(
        label=_("Customers on this domain sign in with it"),
        required=False,
        help_text=_("Passwords, codes and registration are off there then, and everybody signs in anew."),
    )

    def clean_issuer(self):
        issuer = self.cleaned_data["issuer"]
        if not outbound.is_secure(issuer):
            raise forms.ValidationError(_("Type an address that begins with https://."))
        return issuer

    def verified(self, sso, redirect_uri):
        """[(step, "ok", "failed" or "", why)]: how far what was typed comes; a failure stands beside the switch too."""
        typed = self.cleaned_data
        client = oidc.Client(typed["issuer"], typed["client_id"], typed["secret"] or sso.client_secret)
        failed_at, why = None, ""
        try:
            oidc.verify(client, redirect_uri)
        except oidc.Failed as failure:
            failed_at, why = STEP_OF.get(failure.step, failure.step), str(failure)
            if typed["is_on"]:
                self.add_error("is_on", _("It can be on once every step works."))
        reached = list(STEPS).index(failed_at) if failed_at else len(STEPS)
        states = ["ok"] * reached + (["failed"] if failed_at else [])
        states += [""] * (len(STEPS) - len(states))
        return [
            (words, state, why if state == "failed" else "")
            for words, state in zip(STEPS.values(), states, strict=True)
        ]


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_single_sign_on(request, domain_id):
    """Show the page; verify what was typed, which saves nothing; or save it, verified first when it is to be on."""
    domain = get_object_or_404(Domain, pk=domain_id)
    sso = SingleSignOn.of(domain)
    form = SingleSignOnForm(request.POST or None, current={name: getattr(sso, name) for name in FIELDS})
    callbacks = [portal.address("sign-in/sso/callback/") for portal in domain.portals.select_related("domain")]
    is_trial, steps = "verify" in request.POST, []
    if request.method == "POST" and form.is_valid() and (is_trial or form.cleaned_data["is_on"]):
        steps = form.verified(sso, callbacks[0] if callbacks else "")
    if (
        request.method == "POST"
        and not is_trial
        and is_saved(request, form, lambda values: write(sso, values, request))
    ):
        return redirect("settings-single-sign-on", domain_id)
    context = {"form": form, "domain": domain, "callbacks": callbacks, "steps": steps, "changes": changes_of(domain)}
    context["has_secret"], context["is_unsaved"] = bool(sso.secret), is_trial
    status = 422 if form.is_bound and not is_trial else 200
    return render_settings(request, "desk/settings/single_sign_on.html", "domains", status=status, **context)


def write(sso, values, request):
    """Save it; an empty secret keeps the present one."""
    sso.change(values, secret=values.pop("secret"), by=request.user)


urlpatterns = [
    path("domains/<int:domain_id>/single-sign-on/", edit_single_sign_on, name="settings-single-sign-on"),
]
