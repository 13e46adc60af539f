"""Whoever answers for a system may have asked to have it classified."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who asked, when and why, until a classification is ordered."""

    dependencies = [
        ("cases", "0009_proposed_measures"),
        ("information_security", "0013_officer_before_advice"),
        ("organisation", "0004_unit_phone"),
        ("register", "0009_emdn_starter"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="systemstanding",
            name="requested_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="klassning begärdes"),
        ),
        migrations.AddField(
            model_name="systemstanding",
            name="requested_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="begärd av",
            ),
        ),
        migrations.AddField(
            model_name="systemstanding",
            name="requested_why",
            field=models.TextField(blank=True, db_default="", verbose_name="varför den begärs"),
        ),
        migrations.AddConstraint(
            model_name="systemstanding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("requested_at__isnull", True), ("requested_by__isnull", True)),
                    models.Q(("requested_at__isnull", False), ("requested_by__isnull", False)),
                    _connector="OR",
                ),
                name="standing_requested_together",
                violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="systemstanding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("requested_at", None), ("requested_why", "")),
                    models.Q(
                        ("requested_at__isnull", False),
                        models.Q(("requested_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="standing_request_says_why",
            ),
        ),
    ]
