from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "loket.tickets"

    def ready(self):
        from loket.records import kinds
        from loket.tickets import copying, properties
        from loket.tickets.models import Pipeline

        kinds.register("pipeline", Pipeline)
        properties.register_all()
        copying.listen()
