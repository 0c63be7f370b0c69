"""History: who did what to which record, and the notes people write on one.

Subject and actor are stored as kind, id and name, never as a foreign key upward. May import files, search, records, guard.
Read first: models.py.
"""
