from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("media", "0003_name_for_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="chapters",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text='Of a sound, in order: ``{"start": seconds, "title": text}``.',
            ),
        ),
    ]
