from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "loket.conversations"

    def ready(self):
        from loket.conversations import documents
        from loket.conversations.models import Inbox
        from loket.records import kinds

        kinds.register("inbox", Inbox)
        documents.listen()
