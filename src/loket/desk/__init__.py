"""The desk: agents' pages. Tickets in views, conversations, record pages of contacts and companies, the outbox.

May import every room below; no other door. Each view finds through sight, calls one verb of a room, gives one answer.
Read first: agents.py, views/tickets.py.
"""
