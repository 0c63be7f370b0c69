from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "loket.tickets"

    def ready(self):
        from loket.records import kinds, uses
        from loket.tickets import copying, needs, properties
        from loket.tickets.models import Pipeline, Status

        kinds.register("pipeline", Pipeline)
        kinds.register("status", Status)
        properties.register_all()
        copying.listen()
        uses.register_finder("status", needs.portals_naming)
