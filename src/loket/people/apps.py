from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "loket.people"

    def ready(self):
        from loket.people import properties  # noqa: F401  registers what this room knows
