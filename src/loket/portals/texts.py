"""Texts of one's own in several languages: ``{language: text}`` on the row that owns them."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import translation

_primary = ContextVar("primary language of the portal that speaks", default="")


def own_text(texts, fallback=None):
    """The text for the active language from ``{language: text}``, else for the portal's primary one, else ``fallback``.

    ``fallback`` are the product's own words, "" where it has none; not given, one in any language is better than nothing.
    Where no portal speaks, as at the desk, one in any language comes before ``fallback`` too.
    """
    primary, texts = _primary.get(), texts or {}
    found = texts.get(translation.get_language()) or texts.get(primary)
    if not found and (fallback is None or not primary):
        found = next(filter(None, texts.values()), "")
    return found or fallback or ""


@contextmanager
def speaking(language, primary):
    """Within it texts are in ``language``, and one's own that lack it in ``primary``."""
    before = _primary.set(primary)
    try:
        with translation.override(language):
            yield
    finally:
        _primary.reset(before)
