"""Tickets, pipelines, and the policies of sight and wording: who sees which tickets, and in which words.

May import people, properties, portals, mail, history and below. Read first: visibility.py, models.py.
"""
