from django.apps import AppConfig

from loket.records import chores


class AccessConfig(AppConfig):
    name = "loket.access"

    def ready(self):
        from loket.access.forgotten import answer_due

        chores.register("answer forgotten passwords", answer_due, every=1)
