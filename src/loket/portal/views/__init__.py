"""Views: find through sight, one form, one verb, one answer."""
