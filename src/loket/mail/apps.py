from django.apps import AppConfig

from loket.records import chores, kinds


class MailConfig(AppConfig):
    name = "loket.mail"

    def ready(self):
        from loket.mail.models import Letter, Relay, SigningKey
        from loket.mail.sender import relay_ids, send_due

        kinds.register("letter", Letter)
        kinds.register("relay", Relay)
        kinds.register("signing_key", SigningKey)
        chores.register("send mail", send_due, every=1)
        chores.register("send mail through relay", send_due, every=1, each=relay_ids)
