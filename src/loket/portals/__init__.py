"""Portals: connected domains and the portals on them: name, address, on/off, theme.

Every policy of a portal lives in the room whose rule reads it. May import mail, history, files, search, records, guard, ui.
Read first: models.py, themes.py.
"""
