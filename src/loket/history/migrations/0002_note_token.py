from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0001_history")]

    operations = [
        migrations.AddField(
            model_name="note",
            name="token",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
    ]
