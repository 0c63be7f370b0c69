"""Mail: the outbox of letters with one delivery per recipient, and the sender that works it off. Mail is never lost.

May import history, files, search, records, guard. Nothing here knows what a letter is about but its kind and id.
Read first: outbox.py, sender.py.
"""
