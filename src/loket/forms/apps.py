from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "loket.forms"

    def ready(self):
        from loket.forms import copying, needs
        from loket.forms.models import Form
        from loket.records import kinds, uses

        kinds.register("form", Form)
        copying.listen()
        uses.register_finder("inbox", needs.forms_into)
        uses.register_finder("form", needs.portals_with)
        uses.register_finder("status", needs.forms_starting_in)
        uses.register_finder("open status", needs.forms_starting_in)
