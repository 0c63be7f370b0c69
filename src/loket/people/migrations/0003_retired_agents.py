from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_right_to_set_portals")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="retired_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
