"""Search: one full-text index for records of any kind, answering alike on SQLite (FTS5) and PostgreSQL (tsvector).

May import records, guard. Who sees what is in the tokens the callers give. Read first: engine.py, words.py.
"""
