"""Looks: base templates, components, CSS, icons, dates in words, downloads. No tables, no rules, no knowledge of rooms.

Imports nothing of ours. What matters most: ``templates/ui/base.html``, ``static/ui/css/tokens.css``; Python side
``templatetags/ui.py`` (a builtin of every template), ``dates.py``, ``downloads.py``, ``fonts.py``.
"""
