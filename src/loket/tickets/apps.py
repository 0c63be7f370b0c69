from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "loket.tickets"

    def ready(self):
        from loket.tickets import properties  # noqa: F401  registers what this room knows
