"""An event can be analysed to the bottom: its order, group, barriers, places of causes, proposals."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("avvikelse", "0007_review_of_assessments"),
        ("cases", "0009_proposed_measures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnalysisParticipant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="namn")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("member", "deltagare"),
                            ("expert", "sakkunnig"),
                            ("patient_view", "patientens eller närståendes företrädare"),
                            ("safety_representative", "skyddsombud"),
                        ],
                        max_length=25,
                        verbose_name="roll",
                    ),
                ),
            ],
            options={
                "verbose_name": "deltagare i händelseanalys",
                "verbose_name_plural": "deltagare i händelseanalyser",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Barrier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="barriär")),
                (
                    "held",
                    models.CharField(
                        choices=[("held", "höll"), ("failed", "brast"), ("missing", "fanns inte")],
                        max_length=10,
                        verbose_name="vad blev det av den",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="skrevs")),
            ],
            options={
                "verbose_name": "barriär",
                "verbose_name_plural": "barriärer",
                "ordering": ("at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="EventAnalysis",
            fields=[
                (
                    "deviation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="event_analysis",
                        serialize=False,
                        to="avvikelse.deviation",
                    ),
                ),
                ("question", models.TextField(verbose_name="uppdrag och avgränsning")),
                ("ordered_at", models.DateTimeField(verbose_name="beställdes")),
                ("due_on", models.DateField(verbose_name="rapporten ska vara klar")),
                (
                    "contact",
                    models.TextField(blank=True, verbose_name="kontakt med patient och närstående"),
                ),
                ("method", models.TextField(blank=True, verbose_name="så gjordes analysen")),
                ("summary", models.TextField(blank=True, verbose_name="sammanfattning")),
                ("lessons", models.TextField(blank=True, verbose_name="lärdomar för andra")),
                (
                    "reported_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="rapporten lämnades"),
                ),
                (
                    "cleared_of",
                    models.CharField(blank=True, max_length=64, verbose_name="granskad text"),
                ),
                (
                    "cleared_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="granskades"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "händelseanalys",
                "verbose_name_plural": "händelseanalyser",
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "åtgärdsförslag",
                "verbose_name_plural": "åtgärdsförslag",
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="cause",
            name="departure",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="causes",
                to="avvikelse.timelineentry",
                verbose_name="ledde till avvikelsen",
            ),
        ),
        migrations.AddField(
            model_name="cause",
            name="depth",
            field=models.CharField(
                blank=True,
                choices=[("direct", "direkt orsak"), ("underlying", "bakomliggande orsak")],
                max_length=10,
                verbose_name="slag",
            ),
        ),
        migrations.AddField(
            model_name="cause",
            name="explains",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="explained_by",
                to="avvikelse.cause",
                verbose_name="ligger bakom orsaken",
            ),
        ),
        migrations.AddField(
            model_name="timelineentry",
            name="expected",
            field=models.TextField(blank=True, verbose_name="vad som skulle ha hänt"),
        ),
        migrations.AddConstraint(
            model_name="cause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("departure", None), ("depth", ""), ("explains", None)),
                    models.Q(("departure__isnull", False), ("depth", "direct"), ("explains", None)),
                    models.Q(
                        ("departure", None), ("depth", "underlying"), ("explains__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="cause_has_its_place",
            ),
        ),
        migrations.AddField(
            model_name="analysisparticipant",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="barrier",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="barrier",
            name="moment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="barriers",
                to="avvikelse.timelineentry",
            ),
        ),
        migrations.AddField(
            model_name="eventanalysis",
            name="cleared_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="eventanalysis",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="analysledare",
            ),
        ),
        migrations.AddField(
            model_name="eventanalysis",
            name="ordered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="uppdragsgivare",
            ),
        ),
        migrations.AddField(
            model_name="eventanalysis",
            name="reported_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="barrier",
            name="analysis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="barriers",
                to="avvikelse.eventanalysis",
            ),
        ),
        migrations.AddField(
            model_name="analysisparticipant",
            name="analysis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="avvikelse.eventanalysis",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="analysis",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="avvikelse.eventanalysis",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="cause",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="avvikelse.cause",
                verbose_name="mot",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="measure",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.measure"
            ),
        ),
        migrations.AddConstraint(
            model_name="eventanalysis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reported_at__isnull", True), ("reported_by__isnull", True)),
                    models.Q(("reported_at__isnull", False), ("reported_by__isnull", False)),
                    _connector="OR",
                ),
                name="eventanalysis_reported_at_reported_by_together",
                violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventanalysis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cleared_at__isnull", True), ("cleared_by__isnull", True)),
                    models.Q(("cleared_at__isnull", False), ("cleared_by__isnull", False)),
                    _connector="OR",
                ),
                name="eventanalysis_cleared_at_cleared_by_together",
                violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventanalysis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reported_at", None), models.Q(("summary", ""), _negated=True), _connector="OR"
                ),
                name="event_analysis_reported_with_a_summary",
            ),
        ),
        migrations.AddConstraint(
            model_name="eventanalysis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cleared_at", None),
                    models.Q(("cleared_of", ""), _negated=True),
                    _connector="OR",
                ),
                name="event_analysis_cleared_of_a_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="analysisparticipant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), ("person__isnull", False)),
                    models.Q(("person", None), models.Q(("name", ""), _negated=True)),
                    _connector="OR",
                ),
                name="analysis_participant_is_a_person_or_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="analysisparticipant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False)),
                fields=("analysis", "person"),
                name="analysis_participant_once",
            ),
        ),
    ]
