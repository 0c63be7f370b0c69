from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "loket.config"

    def ready(self):
        from loket.config import checks

        checks.listen()
