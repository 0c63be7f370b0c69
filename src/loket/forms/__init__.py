"""Forms: what people fill in to file a ticket, what they sent with it, and which forms a portal links.

May import conversations, tickets, people, portals and below. Read first: models.py, elements.py, submissions.py.
"""
