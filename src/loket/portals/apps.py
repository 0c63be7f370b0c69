from django.apps import AppConfig

from loket.records import kinds


class PortalsConfig(AppConfig):
    name = "loket.portals"

    def ready(self):
        from loket.portals.models import Portal

        kinds.register("portal", Portal)
