"""Portals: connected domains and the portals on them: name, address, on/off.

Every policy of a portal lives in the room whose rule reads it. May import mail, history, files, search, records, guard.
Read first: models.py.
"""
