"""Seed: synthetic tickets, contacts and companies in any number, by bulk paths and past the rooms' verbs. It tells nobody.

May import what ``demo`` may. What it writes keeps every rule that the verbs keep; ``tests/test_seed.py`` holds it to that.
Read first: sowing.py, crop.py.
"""
