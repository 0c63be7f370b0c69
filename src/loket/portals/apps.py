from django.apps import AppConfig


class PortalsConfig(AppConfig):
    name = "loket.portals"

    def ready(self):
        from loket.portals import needs
        from loket.portals.models import Domain, Portal
        from loket.records import kinds, uses

        kinds.register("portal", Portal)
        kinds.register("domain", Domain)
        uses.register_finder("domain", needs.portals_on)
        uses.register_finder("portal", needs.customers_of)
