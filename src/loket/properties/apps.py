from django.apps import AppConfig
from django.db.backends.signals import connection_created


def lower_all_letters(connection, **kwargs):
    """SQLite's own lower() knows ASCII only; text compares alike on both databases."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "lower", 1, lambda x: x.lower() if isinstance(x, str) else x, deterministic=True
        )


class PropertiesConfig(AppConfig):
    name = "loket.properties"

    def ready(self):
        from loket.properties import needs
        from loket.properties.models import Definition
        from loket.records import kinds, uses

        kinds.register("property", Definition)
        uses.register_finder("property", needs.values_of)
        uses.register_finder("option", needs.values_of_option)
        connection_created.connect(lower_all_letters, dispatch_uid="lower_all_letters")
