"""The e-mail channel: mail in. Raw bytes are stored first (storing.py); reading them is a repeatable job (taking.py).

Speaks IMAP (fetching.py) and MIME (mime.py, reading.py), ends in ``intake.receive``. Read first: models.py, taking.py.
"""
