from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "loket.notices"

    def ready(self):
        from loket.notices import telling

        telling.listen()
