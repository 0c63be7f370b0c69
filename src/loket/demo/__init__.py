"""Demo data: a small company's customers, tickets and conversations, made by the rooms' own verbs. Never outside the demo.

May import everything below the doors and the doors themselves. Read first: build.py, story.py.
"""
