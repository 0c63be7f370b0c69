"""People: contacts and companies (customers), and users: the accounts of agents and members, one for each address.

May import properties, portals, mail, history and below. Read first: models.py, addresses.py.
"""
