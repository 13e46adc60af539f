"""The open cases of a state by how long they have been in it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_plans_for_long_lists")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["status", "status_since", "id"],
                name="case_open_since",
                condition=Q(is_final=False),
            ),
        ),
    ]
