"""Conversations: inboxes, threads, messages, comments; the one way in (intake.py) and the one way out (delivery.py).

May import tickets, people, properties, portals, mail, history and below. Messages are what customers may read; comments
are another table. Read first: models.py, intake.py, delivery.py.
"""
