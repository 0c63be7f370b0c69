from django.db import migrations
from django.db.models import OuterRef, Subquery


def note_waiting(apps, schema_editor):
    """A ticket whose last message is the customer's waits; what they wrote last stands for when it began."""
    Ticket, Message = apps.get_model("tickets", "Ticket"), apps.get_model("conversations", "Message")
    newest = Message.objects.filter(thread__ticket=OuterRef("pk")).order_by("-created_at", "-pk")
    waiting = Ticket.objects.filter(closed_at=None).annotate(last=Subquery(newest.values("is_incoming")[:1]))
    waiting.filter(last=True).update(waiting_since=Subquery(newest.values("created_at")[:1]))


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_mail_policy"), ("tickets", "0007_saved_views_and_waiting")]
    operations = [migrations.RunPython(note_waiting, migrations.RunPython.noop)]
