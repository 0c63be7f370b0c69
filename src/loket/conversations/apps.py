from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "loket.conversations"

    def ready(self):
        from loket.conversations import delivery, documents, needs, own_texts, purging, waiting
        from loket.conversations.models import Inbox
        from loket.records import chores, kinds, readiness, uses
        from loket.records.own_texts import register

        register(own_texts.words_of_mails)
        kinds.register("inbox", Inbox)
        documents.listen()
        delivery.listen()
        chores.register("purge tickets", purging.purge_tickets, every=3600)
        waiting.listen()
        readiness.register(needs.inbox_of)
        uses.register_finder("inbox", needs.uses_of_inbox)
        uses.register_finder("relay", needs.uses_of_relay)
