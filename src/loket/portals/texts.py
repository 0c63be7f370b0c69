"""Texts of one's own in several languages: ``{language: text}`` on the row that owns them."""

from django.utils.translation import get_language


def own_text(texts, fallback=""):
    """The text for the active language from ``{language: text}``, else any, else ``fallback``."""
    texts = {language: text for language, text in (texts or {}).items() if text}
    return texts.get(get_language()) or next(iter(texts.values()), fallback)
