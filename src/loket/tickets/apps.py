from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "loket.tickets"

    def ready(self):
        from loket.records import chores, kinds, uses
        from loket.records.own_texts import register
        from loket.tickets import copying, needs, own_texts, properties, saved_views
        from loket.tickets.models import Pipeline, SavedView, Status
        from loket.tickets.pipelines import settle_due

        kinds.register("pipeline", Pipeline)
        kinds.register("status", Status)
        kinds.register("view", SavedView)
        uses.register_finder("property", needs.portals_by_property)
        uses.register_finder("option", needs.portals_by_option)
        uses.register_finder("status", needs.portals_by_status)
        uses.register_finder("pipeline", needs.uses_of_pipeline)
        chores.register("settle tickets", settle_due, every=5)
        properties.register_all()
        copying.listen()
        register(own_texts.words_of_wording)
        register(own_texts.words_of_columns)
        register(own_texts.words_of_statuses)
        for finder, needed in (
            (needs.portals_closing_in, "closed status"),
            (needs.portals_reopening_in, "open status"),
            (needs.pipelines_following_into, "open status"),
        ):
            uses.register_finder("status", finder)
            uses.register_finder(needed, finder)
        uses.register_finder("property", saved_views.views_by_property)
        uses.register_finder("option", saved_views.views_by_option)
        uses.register_finder("status", saved_views.views_by_status)
        uses.register_finder("pipeline", saved_views.views_by_pipeline)
