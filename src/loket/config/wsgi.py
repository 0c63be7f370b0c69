"""The WSGI application that granian serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from loket.config.bodies import WholeBodies
from loket.guard.requests import InputRequest

# A little less than the database connections that one process may have (env.postgresql): streamed answers need some too.
AT_ONCE = 6
TEXT_BYTES = 4 * 1024 * 1024

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.config.settings")
django = get_wsgi_application()
django.request_class = InputRequest
application = WholeBodies(
    django,
    most=settings.ATTACHMENT_MAX_BYTES * settings.ATTACHMENT_MAX_COUNT + TEXT_BYTES,
    at_once=AT_ONCE,
)
