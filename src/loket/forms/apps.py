from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "loket.forms"

    def ready(self):
        from loket.forms import copying, needs, own_texts, purging, submissions
        from loket.forms.models import Form
        from loket.records import chores, kinds, uses
        from loket.records.own_texts import register

        kinds.register("form", Form)
        copying.listen()
        register(own_texts.words_of_forms)
        purging.listen()
        chores.register("submissions", submissions.settle_due, every=30)
        chores.register("purge submissions", purging.purge_spam, every=3600)
        uses.register_finder("inbox", needs.forms_into)
        uses.register_finder("form", needs.portals_with)
        uses.register_finder("status", needs.forms_starting_in)
        uses.register_finder("open status", needs.forms_starting_in)
        uses.register_finder("property", needs.forms_asking)
        uses.register_finder("option", needs.forms_offering)
