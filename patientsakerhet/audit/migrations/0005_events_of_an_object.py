"""What has happened to one thing that is no case is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Most events are about cases and stay out of it."""

    dependencies = [("audit", "0004_erasure")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("case_id__isnull", True), ("object_id__isnull", False)),
                fields=["object_type", "object_id", "id"],
                name="audit_event_of_object",
            ),
        ),
    ]
