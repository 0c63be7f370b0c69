from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "loket.people"

    def ready(self):
        from loket.people import properties

        properties.register_all()
