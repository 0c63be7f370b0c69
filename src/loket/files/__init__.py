"""Files: stored bytes, and uploads that wait to be claimed by the message they were attached to.

May import records, guard. Who may see a file is the door's matter, never this room's. Read first: models.py, pictures.py.
"""
