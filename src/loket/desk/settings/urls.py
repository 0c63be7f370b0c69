"""Addresses of the settings, mounted at /desk/settings/. A section joins by its module's name in ``SECTIONS``."""

from itertools import chain

from loket.desk.settings import domains, email, general, portals, previews

SECTIONS = (portals, domains, email, general, previews)

urlpatterns = list(chain.from_iterable(section.urlpatterns for section in SECTIONS))
