"""The tab *Theme* of a portal: a draft beside its preview, what of it can be read, publishing it (H1)."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loket.desk.settings.saving import is_saved, whole
from loket.desk.settings.shell import portal_or_404, render_settings, settings_required
from loket.desk.settings.theme_forms import ThemeForm
from loket.desk.settings.theme_samples import Invented, Real
from loket.guard.text import number_in
from loket.portals.models import Portal
from loket.portals.pictures import store_picture
from loket.portals.presets import PRESETS
from loket.portals.themes import PICTURES, ThemeDraft, values_for
from loket.tickets.policies import WordingPolicy
from loket.ui.downloads import lasting_picture, stylesheet

PAGES = ("list", "ticket", "form", "sign-in")
SAMPLE_POLICY = settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF], "form-action": [CSP.NONE]}


def draft_of(portal_id, *, lock=False):
    """The portal's draft, at home under the desk's addresses; with ``lock`` nobody else changes it meanwhile."""
    draft = ThemeDraft.of(portal_or_404(portal_id, lock=lock))
    draft.base = reverse("settings-theme", args=[portal_id])
    return draft


def render_theme(request, draft, form=None, *, status=200, asks=False):
    """The tab. ``asks`` when it is to be published although some of it is hard to read."""
    portal = draft.portal
    context = {
        "form": form or ThemeForm(draft=draft),
        "draft": draft,
        "presets": PRESETS.items(),
        "others": Portal.objects.filter(theme__isnull=False).exclude(pk=portal.pk).order_by("name"),
        "asks": asks,
        "called_many": WordingPolicy.of(portal).called(2),
        "pages": zip(
            PAGES,
            (WordingPolicy.of(portal).called(2), WordingPolicy.of(portal).called(), _("Form"), _("Sign in")),
            strict=True,
        ),
    }
    return render_settings(request, "desk/settings/theme.html", "theme", status=status, portal=portal, **context)


def is_kept(request, draft, form):
    """Whether what was typed is in the draft now; else the form says why not."""
    return is_saved(request, form, partial(keep, draft, request.POST), told="")


def keep(draft, pressed, values):
    """Change the draft: what was typed, a picture that was sent or dropped, a colour that was taken over."""
    for kind in PICTURES:
        upload = values.pop(kind, None)
        if upload:
            values[kind] = stored(upload, kind, draft.portal)
        elif pressed.get("drop") == kind:
            values[kind] = None
    name, _space, colour = pressed.get("take", "").partition(" ")
    if name in draft.colours:
        values[name] = colour
    draft.change(values)


def stored(upload, kind, portal):
    """The file of an uploaded picture; what is wrong with it is told beside its field."""
    try:
        return store_picture(upload, kind, portal)
    except ValidationError as error:
        raise ValidationError({kind: error}) from error


@settings_required
@require_http_methods(["GET", "HEAD", "POST"])
@whole
def edit_theme(request, portal_id):
    """Show the tab, or save the draft: customers see nothing of it yet."""
    is_sent = request.method == "POST"
    draft = draft_of(portal_id, lock=is_sent)
    if not is_sent:
        return render_theme(request, draft)
    form = ThemeForm(request.POST, request.FILES, draft=draft)
    if is_kept(request, draft, form):
        return redirect("settings-theme", portal_id)
    return render_theme(request, draft_of(portal_id), form, status=422)


@settings_required
@require_POST
@whole
def create_publication(request, portal_id):
    """Show the draft to customers; asks once more when some of it is hard to read."""
    draft = draft_of(portal_id, lock=True)
    form = ThemeForm(request.POST, request.FILES, draft=draft)
    if not is_kept(request, draft, form):
        return render_theme(request, draft_of(portal_id), form, status=422)
    if draft.failing and "despite" not in request.POST:
        return render_theme(request, draft_of(portal_id), asks=True, status=422)
    draft.publish(by=request.user)
    messages.success(request, _("Published: customers see it now."))
    return redirect("settings-theme", portal_id)


@settings_required
@require_POST
@whole
def create_discarding(request, portal_id):
    """Give the draft up."""
    draft_of(portal_id, lock=True).discard()
    return redirect("settings-theme", portal_id)


@settings_required
@require_POST
@whole
def create_undoing(request, portal_id):
    """Take the draft's last change back."""
    draft_of(portal_id, lock=True).undo()
    return redirect("settings-theme", portal_id)


@settings_required
@require_POST
@whole
def create_beginning(request, portal_id):
    """Begin the draft from a preset, or from what another portal's customers see."""
    draft = draft_of(portal_id, lock=True)
    chosen = PRESETS.get(request.POST.get("preset", ""))
    if chosen:
        draft.change(chosen.values)
    elif other := Portal.objects.filter(theme__isnull=False, pk=number_in(request.POST.get("portal", ""))).first():
        draft.change(values_for(draft.portal, other.looks))
    return redirect("settings-theme", portal_id)


@csp_override(SAMPLE_POLICY)
@settings_required
@require_safe
def show_sample(request, portal_id):
    """A page of the portal in the draft's looks, with invented words or real tickets: ``?page=list&scheme=dark&tickets=real``."""
    draft, page = draft_of(portal_id), request.GET.get("page")
    page = page if page in PAGES else PAGES[0]
    wording = WordingPolicy.of(draft.portal)
    is_real = request.GET.get("tickets") == "real"
    context = {
        "sample": Real(draft.portal, wording, request.user) if is_real else Invented(),
        "look": draft,
        "name": draft.portal.name,
        "scheme": "dark" if request.GET.get("scheme") == "dark" else "light",
        "called": wording.called(),
        "called_many": wording.called(2),
        "nav": [(wording.called(2), "#", page == "list"), (_("New request"), "#", page == "form")],
    }
    response = render(request, f"desk/settings/sample_{page.replace('-', '_')}.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def published(portal):
    """What customers of ``portal`` see, at home under the desk's addresses: they are the portal's on other hosts."""
    look = ThemeDraft(portal=portal, **portal.looks.values)
    look.base = reverse("settings-theme", args=[portal.pk])
    return look


@settings_required
@require_safe
def show_sheet(request, portal_id, version):
    """The stylesheet of this version, the draft's or the published; the draft's for any other version."""
    draft = draft_of(portal_id)
    look = draft.portal.looks if draft.portal.looks.version == version else draft
    return stylesheet(look.css, is_lasting=False)


@settings_required
@require_safe
def show_picture(request, portal_id, pk):
    """A picture of the draft, or of what is published."""
    draft = draft_of(portal_id)
    return lasting_picture(draft.picture(pk) or draft.portal.looks.picture(pk))


THEME = "customer-portal/<int:portal_id>/theme/"
urlpatterns = [
    path(THEME, edit_theme, name="settings-theme"),
    path(f"{THEME}publication/", create_publication, name="settings-theme-publication"),
    path(f"{THEME}discarding/", create_discarding, name="settings-theme-discarding"),
    path(f"{THEME}undoing/", create_undoing, name="settings-theme-undoing"),
    path(f"{THEME}beginning/", create_beginning, name="settings-theme-beginning"),
    path(f"{THEME}sample/", show_sample, name="settings-theme-sample"),
    path(f"{THEME}theme-<slug:version>.css", show_sheet, name="settings-theme-sheet"),
    path(f"{THEME}theme/<int:pk>/", show_picture, name="settings-theme-picture"),
]
