from django.db import migrations
from django.db.models import Exists, OuterRef, Q


def show_originals(apps, schema_editor):
    """The oldest conversation of each ticket is what customers saw so far (T9)."""
    Thread = apps.get_model("conversations", "Thread")
    same = Thread.objects.filter(ticket=OuterRef("ticket"))
    older = same.filter(
        Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    )
    Thread.objects.exclude(ticket=None).filter(~Exists(older)).update(is_shown=True)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_shown_conversations")]
    operations = [migrations.RunPython(show_originals, migrations.RunPython.noop)]
