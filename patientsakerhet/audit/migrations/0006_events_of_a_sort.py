"""What was done of one sort, and what was denied, is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Whoever reviews the log asks so; denials are few and have an index of their own."""

    dependencies = [("audit", "0005_events_of_an_object")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["action", "id"],
                name="audit_event_action",
                opclasses=["varchar_pattern_ops", "int8_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("kind", "denied")), fields=["id"], name="audit_event_denied"
            ),
        ),
    ]
