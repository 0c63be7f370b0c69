from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_forms")]

    operations = [
        migrations.AddField(
            model_name="formlink",
            name="is_on",
            field=models.BooleanField(default=True),
        ),
    ]
