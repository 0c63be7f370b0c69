"""The tab *Pages* of a portal: how its system pages look and what they say (G1)."""

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import get_script_prefix, path, set_script_prefix, set_urlconf
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.access.pages import Design, Page, SystemPage
from loket.access.policies import AccessPolicy
from loket.access.sign_in.forms import AddressForm, NewPasswordForm, SignInForm
from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.stamps import StampedForm
from loket.desk.settings.texts import TextsField
from loket.desk.settings.themes import published

FIELDS = ("design", "title", "text", "panel")
PREVIEW = "preview"
# What a preview shows: the page's template and the form that stands in it.
SHOWN = {
    Page.SIGN_IN: ("access/sign_in.html", SignInForm),
    Page.REGISTER: ("access/register.html", AddressForm),
    Page.SIGN_OUT: ("access/sign_out.html", None),
    Page.DENIED: ("access/denied.html", None),
    Page.RESET_REQUEST: ("access/password_reset.html", AddressForm),
    Page.RESET: ("access/new_password.html", NewPasswordForm),
}


class PageForm(StampedForm):
    design = forms.ChoiceField(label=_("Design"), choices=Design, widget=forms.RadioSelect)

    def __init__(self, *args, language, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"] = TextsField(first=language, max_length=80, label=_("Heading"))
        self.fields["text"] = TextsField(first=language, max_length=400, label=_("Text below the heading"))
        panel = _("Shown by the design “Split with brand panel”, on wide screens.")
        self.fields["panel"] = TextsField(
            first=language, max_length=120, label=_("Sentence on the panel"), help_text=panel
        )


@settings_required
@require_safe
def show_pages(request, portal_id):
    """The six pages, each with its design."""
    portal = portal_or_404(portal_id)
    own = {each.page: each for each in portal.system_pages.all()}
    rows = [(page.value, page.label, own.get(page, SystemPage(portal=portal, page=page)), page in own) for page in Page]
    return render_settings(request, "desk/settings/pages.html", "pages", portal=portal, rows=rows)


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_page(request, portal_id, page):
    """Show a page's looks and words, save them, or show what they would make of it: that saves nothing."""
    portal, page = portal_or_404(portal_id, lock=request.method == "POST"), page_or_404(page)
    row = SystemPage.of(portal, page)
    form = PageForm(
        request.POST or None, current={name: getattr(row, name) for name in FIELDS}, language=portal.language
    )
    if request.method == "POST" and PREVIEW in request.POST and form.is_valid():
        return HttpResponse(preview(request, SystemPage(portal=portal, page=page, **form.values())))
    if request.method == "POST" and is_saved(request, form, lambda values: row.set(values, by=request.user)):
        return redirect("settings-page", portal_id, page)
    context = {"form": form, "page": page, "is_own": not row._state.adding}
    status = 422 if form.is_bound else 200
    return render_settings(request, "desk/settings/page.html", "pages", status=status, portal=portal, **context)


@settings_required
@require_POST
@whole
def create_page_reset(request, portal_id, page):
    """Back to how the page comes."""
    portal = portal_or_404(portal_id, lock=True)
    SystemPage.of(portal, page_or_404(page)).reset(by=request.user)
    return redirect("settings-page", portal_id, page)


def page_or_404(name):
    """The page called ``name`` in the address."""
    if name not in Page.values:
        raise Http404
    return Page(name)


def preview(request, row):
    """The page of ``row`` as it would stand in its portal, in the portal's language; nothing in it can be pressed."""
    template, form = SHOWN[row.page]
    policy = AccessPolicy.of(row.portal)
    context = {"form": form() if form else None, "is_preview": True, "preview_of": row.portal}
    context["look"] = published(row.portal)
    context |= {"can_register": policy.is_open, "can_ask_code": policy.allows_codes}
    prefix = get_script_prefix()
    try:
        # Addresses are reversed as they stand in the portal.
        set_urlconf("loket.portal.urls")
        set_script_prefix(f"/{row.portal.slug}/")
        with row.portal.speaking():
            return render_to_string(template, context | row.looks())
    finally:
        set_urlconf(request.urlconf)
        set_script_prefix(prefix)


urlpatterns = [
    path("customer-portal/<int:portal_id>/pages/", show_pages, name="settings-pages"),
    path("customer-portal/<int:portal_id>/pages/<slug:page>/", edit_page, name="settings-page"),
    path("customer-portal/<int:portal_id>/pages/<slug:page>/reset/", create_page_reset, name="settings-page-reset"),
]
