from django.apps import AppConfig
from django.utils.translation import gettext as _

from loket.records.uses import Use


class EmailChannelConfig(AppConfig):
    name = "loket.conversations.channels.email"
    label = "email_channel"

    def ready(self):
        from loket.conversations.channels.email.fetching import fetch_due
        from loket.conversations.channels.email.models import EmailChannel, InboxRule, Mail, SenderRule
        from loket.conversations.channels.email.purging import purge
        from loket.conversations.channels.email.taking import take_due
        from loket.records import chores, kinds, uses

        kinds.register("mail", Mail)
        kinds.register("email_channel", EmailChannel)
        kinds.register("sender_rule", SenderRule)
        kinds.register("inbox_rule", InboxRule)
        uses.register_finder("status", uses_of_status)
        chores.register("fetch mail", fetch_due, every=5)
        chores.register("read mail", take_due, every=1)
        chores.register("purge spam and bin", purge, every=3600)


def uses_of_status(status):
    """The mailboxes whose tickets start in ``status``."""
    from loket.conversations.channels.email.models import EmailChannel

    for channel in EmailChannel.objects.filter(status=status):
        yield Use(
            "email_channel", channel.pk, str(channel), _("Tickets from %(address)s start here.") % {"address": channel}
        )
