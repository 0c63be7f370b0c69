"""The desk's settings: a section each for the customer portal, its records, its team. Only with the right to set them.

``shell`` frames every page (sections, tabs, the portal picker); each other module is one section or one tab with its
own ``urlpatterns``, gathered in ``urls``. Read first: shell.py, stamps.py.
"""
