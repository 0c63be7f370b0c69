"""Forms: what a customer fills in to file a ticket, and which forms a portal links.

May import conversations, tickets, people, portals and below. Read first: models.py.
"""
