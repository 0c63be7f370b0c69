"""Texts of one's own in several languages: ``{language: text}`` on the row that owns them."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import translation

_primary = ContextVar("primary language of the portal that speaks", default="")


def own_text(texts, fallback=""):
    """The text for the active language from ``{language: text}``, else for the portal's primary one, else ``fallback``.

    Where no portal speaks, as at the desk, it is one of any language before ``fallback``.
    """
    primary, texts = _primary.get(), texts or {}
    found = texts.get(translation.get_language()) or texts.get(primary)
    return found or (not primary and any_text(texts)) or fallback


def any_text(texts):
    """One of them, whatever its language; "" for none."""
    return next(filter(None, texts.values()), "")


@contextmanager
def speaking(language, primary):
    """Within it texts are in ``language``, and one's own that lack it in ``primary``."""
    before = _primary.set(primary)
    try:
        with translation.override(language):
            yield
    finally:
        _primary.reset(before)
