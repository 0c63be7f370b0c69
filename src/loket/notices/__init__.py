"""Notices: what agents are told in the desk and by mail, as each chooses (D9). Hears news from below; nobody is told of own deeds.

May import conversations and all below it. Read first: models.py, telling.py.
"""
