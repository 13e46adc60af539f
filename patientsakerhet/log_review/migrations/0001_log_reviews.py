"""The register of the log's reviews."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0004_unit_phone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LogReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField(verbose_name="från")),
                ("last_day", models.DateField(verbose_name="till")),
                ("selection", models.CharField(max_length=1000, verbose_name="urval")),
                ("events", models.PositiveIntegerField(verbose_name="antal händelser")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("nothing", "inget att anmärka"),
                            ("questions", "frågor att följa upp"),
                            ("breach", "misstänkt obehörig åtkomst"),
                        ],
                        max_length=10,
                        verbose_name="utfall",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="anteckning")),
                (
                    "reviewed_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="kontrollerat"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="återtaget"),
                ),
                (
                    "withdrawn_why",
                    models.CharField(blank=True, max_length=200, verbose_name="varför"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vems åtkomst",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="kontrollerat av",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="enhet",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="återtaget av",
                    ),
                ),
            ],
            options={
                "verbose_name": "loggkontroll",
                "verbose_name_plural": "loggkontroller",
                "ordering": ("-reviewed_at", "-pk"),
                "indexes": [models.Index(fields=["-reviewed_at", "-id"], name="log_review_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("selection__regex", "\\S")),
                        name="log_review_says_what",
                        violation_error_message="Fältet får inte vara tomt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_day__isnull", True),
                            ("last_day__isnull", True),
                            ("last_day__gte", models.F("first_day")),
                            _connector="OR",
                        ),
                        name="log_review_ends_after_it_begins",
                        violation_error_message="Slutet får inte ligga före början.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "nothing"), ("note__regex", "\\S"), _connector="OR"
                        ),
                        name="log_review_tells_what_was_found",
                        violation_error_message="Skriv vad du fann.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person", None),
                            models.Q(("person", models.F("reviewed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="log_review_of_somebody_else",
                        violation_error_message="Ingen kontrollerar sin egen åtkomst.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="log_review_withdrawn_by_somebody",
                        violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_why", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False), ("withdrawn_why__regex", "\\S")
                            ),
                            _connector="OR",
                        ),
                        name="log_review_withdrawn_for_a_reason",
                        violation_error_message="Skriv varför kontrollen återtas.",
                    ),
                ],
            },
        ),
    ]
