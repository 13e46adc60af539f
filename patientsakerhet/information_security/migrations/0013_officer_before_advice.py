"""The data protection officer is chosen before she gives her advice."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The officer may stand without advice; whoever has an account stands with her name."""

    dependencies = [("information_security", "0012_measures_against_rights_risks")]

    operations = [
        migrations.RemoveConstraint(
            model_name="impactassessment", name="impact_advice_is_somebodys"
        ),
        migrations.AddConstraint(
            model_name="impactassessment",
            constraint=models.CheckConstraint(
                condition=Q(advised_on=None, advice="")
                | (Q(advised_on__isnull=False) & ~Q(advice="") & ~Q(officer="")),
                name="impact_advice_is_somebodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="impactassessment",
            constraint=models.CheckConstraint(
                condition=Q(officer_person=None) | ~Q(officer=""),
                name="impact_officer_has_a_name",
            ),
        ),
    ]
