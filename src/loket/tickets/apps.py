from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "loket.tickets"

    def ready(self):
        from loket.records import kinds, uses
        from loket.tickets import copying, needs, properties, saved_views
        from loket.tickets.models import Pipeline, SavedView, Status

        kinds.register("pipeline", Pipeline)
        kinds.register("status", Status)
        kinds.register("view", SavedView)
        properties.register_all()
        copying.listen()
        uses.register_finder("status", needs.portals_naming)
        uses.register_finder("property", saved_views.views_by_property)
        uses.register_finder("option", saved_views.views_by_option)
        uses.register_finder("status", saved_views.views_by_status)
        uses.register_finder("pipeline", saved_views.views_by_pipeline)
