"""Records: the kinds of record there are, what rooms above say of them, and what runs in the worker. No tables.

Rooms register themselves here in ``AppConfig.ready``. Imports nothing of Loket. Read first: kinds.py, chores.py.
"""
