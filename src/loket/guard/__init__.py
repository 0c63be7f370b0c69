"""Guard: what comes from outside is made harmless here: text, markup, file names, spreadsheet cells, requests.

No tables; imports nothing of Loket. Read first: text.py (what may be stored), markup.py (HTML from mail and people).
"""
