from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "loket.people"

    def ready(self):
        from loket.people import needs, properties
        from loket.records import uses

        properties.register_all()
        uses.register_finder("property", needs.segments_by_property)
        uses.register_finder("option", needs.segments_by_option)
