from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "loket.access"

    def ready(self):
        from loket.access import needs
        from loket.records import readiness, uses

        readiness.register(needs.entry_to)
        uses.register_finder("portal", needs.members_of)
