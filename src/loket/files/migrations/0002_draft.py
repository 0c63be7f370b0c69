from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_files")]

    operations = [
        migrations.AddField("file", "draft", models.CharField(blank=True, max_length=100)),
    ]
