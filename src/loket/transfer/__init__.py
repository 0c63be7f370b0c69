"""Transfer: records come in from elsewhere; backups leave and come back. No tables of its own, and it tells nobody.

May import access, forms, conversations, tickets, people, properties and below.
Read first: hubspot/run.py, backup/restoring.py.
"""
