from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "loket.forms"

    def ready(self):
        from loket.forms import copying

        copying.listen()
