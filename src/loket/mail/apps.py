from django.apps import AppConfig

from loket.records import chores, kinds


class MailConfig(AppConfig):
    name = "loket.mail"

    def ready(self):
        from loket.mail.models import Letter
        from loket.mail.sender import send_due

        kinds.register("letter", Letter)
        chores.register("send mail", send_due, every=1)
