"""Mail: the outbox of letters with one delivery per recipient, the sender, its mail servers and keys. Mail is never lost.

May import history, files, search, records, guard. Nothing here knows what a letter is about but its kind and id.
Read first: outbox.py, sender.py.
"""
