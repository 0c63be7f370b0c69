from django.apps import AppConfig


class EmailChannelConfig(AppConfig):
    name = "loket.conversations.channels.email"
    label = "email_channel"

    def ready(self):
        from loket.conversations.channels.email.fetching import fetch_due
        from loket.conversations.channels.email.models import EmailChannel, Mail
        from loket.conversations.channels.email.purging import purge
        from loket.conversations.channels.email.taking import take_due
        from loket.records import chores, kinds

        kinds.register("mail", Mail)
        kinds.register("email_channel", EmailChannel)
        chores.register("fetch mail", fetch_due, every=5)
        chores.register("read mail", take_due, every=1)
        chores.register("purge spam and bin", purge, every=3600)
