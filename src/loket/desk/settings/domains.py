"""Domains: host names on which portals answer, each with its primary language (P3, P4)."""

from django import forms
from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from loket.desk.settings.deletions import answer_deletion
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import render_settings, settings_required
from loket.desk.settings.stamps import StampedForm
from loket.portals.models import Domain


class DomainForm(StampedForm):
    host = forms.CharField(
        label=_("Domain"),
        max_length=253,
        help_text=_("A host name that leads to this server, such as help.example.com."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Primary language"),
        choices=settings.LANGUAGES,
        help_text=_("Portals on this domain, their system pages and their mails speak it."),
    )


@settings_required
@require_safe
def show_domains(request):
    domains = Domain.objects.prefetch_related("portals")
    return render_settings(request, "desk/settings/domains.html", "domains", domains=domains)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def create_domain(request):
    return answer_form(request, Domain())


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_domain(request, domain_id):
    return answer_form(request, get_object_or_404(Domain.objects.select_for_update(), pk=domain_id))


def answer_form(request, domain):
    """Ask for a domain, or write it."""
    called = domain.host
    current = {"host": domain.host, "language": domain.language}
    form = DomainForm(request.POST or None, current=current)
    if request.method == "POST" and is_saved(request, form, lambda values: domain.set(values, by=request.user)):
        return redirect("settings-domains")
    context = {"form": form, "domain": domain, "called": called}
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/domain.html", "domains", status=status, **context)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_domain(request, domain_id):
    domain = get_object_or_404(Domain, pk=domain_id)
    return answer_deletion(request, domain, "domains", "settings-domains")


urlpatterns = [
    path("domains/", show_domains, name="settings-domains"),
    path("domains/new/", create_domain, name="settings-domains-new"),
    path("domains/<int:domain_id>/", edit_domain, name="settings-domain"),
    path("domains/<int:domain_id>/deletion/", delete_domain, name="settings-domain-deletion"),
]
