from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "loket.forms"

    def ready(self):
        from loket.forms import copying, needs
        from loket.records import uses

        copying.listen()
        uses.register_finder("status", needs.forms_into)
        uses.register_finder("open status", needs.forms_into)
