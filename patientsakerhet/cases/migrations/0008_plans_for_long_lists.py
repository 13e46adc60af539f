"""What lets the database read a page of a long list in order, and find the few open among the closed."""

from django.db import migrations, models
from django.db.models import Q

# Each of these follows nearly from the others. Taken for independent, open cases in a state that is
# open are thought many times rarer than they are, and a list is gathered whole and sorted instead
# of read in order until the page is full.
STATISTICS = """
CREATE STATISTICS cases_case_state (dependencies, mcv) ON is_final, status, kind FROM cases_case;
ANALYZE cases_case;
"""


def open_ones(name, *fields):
    """An index of the open cases."""
    index = models.Index(fields=fields, name=name, condition=Q(is_final=False))
    return migrations.AddIndex(model_name="case", index=index)


def newest(name, field):
    """An index of every case with the same value, newest first."""
    index = models.Index(fields=[field, "-filed_at", "-id"], name=name)
    return migrations.AddIndex(model_name="case", index=index)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_cases_without_reporter")]

    operations = [
        open_ones("case_open_oldest", "filed_at", "id"),
        open_ones("case_open_of_unit", "owning_unit", "due_at"),
        newest("case_in_status_newest", "status"),
        newest("case_as_severe_newest", "severity"),
        migrations.RemoveIndex(model_name="comment", name="comment_feedback"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["at", "case"], name="comment_feedback", condition=Q(purpose="feedback")
            ),
        ),
        migrations.RunSQL(STATISTICS, "DROP STATISTICS cases_case_state"),
    ]
