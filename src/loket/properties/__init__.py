"""The catalogue of what a ticket, contact or company can hold, and the one filter language over it.

May import portals, mail, history, files, search, records, guard, ui. Rooms above register their built-in properties.
Read first: catalogue.py, filters.py.
"""
