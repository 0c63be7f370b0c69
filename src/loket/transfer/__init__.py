"""Transfer: records come in from elsewhere. No tables of its own, and it tells nobody: nothing enters the outbox.

May import access, forms, conversations, tickets, people, properties and below.
Read first: hubspot/run.py, hubspot/records.py.
"""
