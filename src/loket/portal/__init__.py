"""The portal: customers' pages. A door: it turns a request into one call to a room and one rendered answer.

May import every room; everything a page shows begins at sight (tickets/visibility.py). Read first: members.py (who asks),
listing.py (the list, its filters, its export), letters.py (what of a conversation is shown).
"""
