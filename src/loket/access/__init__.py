"""Access: who may enter a portal, and how people prove who they are.

May import conversations, tickets, people, portals, mail and below. Only sign_in/ knows requests (allauth's adapters do).
Read first: models.py, sign_in/adapter.py.
"""
