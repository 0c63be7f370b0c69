"""The tab *Languages* of a portal: which of its own words are missing in which of its languages (P4)."""

from django.conf import settings
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from loket.desk.settings.shell import portal_or_404, render_settings, settings_required, tab_address
from loket.records.own_texts import own_texts_of

# Where own words are typed that stand on no tab. Those of several portals are administrators' alone.
PAGES = {
    "page": "settings-page",
    "registration-mail": "settings-registration-mail",
    "consent": "settings-consent",
}
ADMINISTRATORS_PAGES = {
    "property": "settings-property",
    "pipeline": "settings-pipeline",
    "element": "settings-form-element",
    "form-builder": "settings-form",
    "form-sending": "settings-form-sending",
}


@settings_required
@require_safe
def show_languages(request, portal_id):
    """Each language of the portal with what is missing in it, each a link to where it is typed."""
    portal, names = portal_or_404(portal_id), dict(settings.LANGUAGES)
    texts = own_texts_of(portal)
    languages = [
        (names[code], code, code == portal.language, missing_in(code, texts, request.user)) for code in portal.languages
    ]
    return render_settings(request, "desk/settings/languages.html", "languages", portal=portal, languages=languages)


def missing_in(language, texts, user):
    """(what, address or "", the words there are and their language) of those of ``texts`` that ``language`` lacks."""
    found = []
    for each in texts:
        if each.is_missing_in(language):
            there = next((text, code) for code, text in each.texts.items() if text)
            address = address_of(each, user)
            found.append((each.what, address and f"{address}#id_{each.field}{language}", *there))
    return found


def address_of(text, user):
    """Where ``text`` is typed; "" where ``user`` may not go."""
    name = PAGES.get(text.page) or (user.is_administrator and ADMINISTRATORS_PAGES.get(text.page))
    return reverse(name, args=text.args) if name else tab_address(text.args[0], text.page)


urlpatterns = [path("customer-portal/<int:portal_id>/languages/", show_languages, name="settings-languages")]
