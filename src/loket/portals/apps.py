from django.apps import AppConfig


class PortalsConfig(AppConfig):
    name = "loket.portals"

    def ready(self):
        from loket.portals import needs, own_texts
        from loket.portals.models import Domain, Portal
        from loket.records import kinds, uses
        from loket.records.own_texts import register

        kinds.register("portal", Portal)
        kinds.register("domain", Domain)
        uses.register_finder("domain", needs.portals_on)
        uses.register_finder("portal", needs.customers_of)
        register(own_texts.name_of)
        register(own_texts.words_of_theme)
