"""Codes that people type: of signs that nobody takes for another."""

import secrets

# Without letters and digits that look alike: 32 signs, so that eight are 40 bits.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code(length):
    """A random code."""
    return "".join(secrets.choice(SIGNS) for _place in range(length))


def plain(code):
    """The code's own signs, as capitals: blanks and dashes do not count."""
    return "".join(sign for sign in code.upper() if sign in SIGNS)


def in_halves(code):
    """The code as people read it: with a dash in the middle."""
    middle = len(code) // 2
    return f"{code[:middle]}-{code[middle:]}"
