from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "loket.tickets"

    def ready(self):
        from loket.tickets import properties

        properties.register_all()
