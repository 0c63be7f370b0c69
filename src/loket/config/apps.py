from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "loket.config"

    def ready(self):
        from loket.config import checks
        from loket.records import chores, statistics

        checks.listen()
        chores.register("refresh statistics", statistics.refresh_where_nobody_does, every=24 * 60 * 60)
