"""The kinds of report to authorities, the reports, what happened with them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0008_plans_for_long_lists"),
        ("organisation", "0003_spell_the_log_reviewer"),
        ("organisation", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=40, verbose_name="kod")),
                ("name", models.CharField(max_length=80, verbose_name="namn")),
                (
                    "authority",
                    models.CharField(max_length=80, verbose_name="myndighet eller mottagare"),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="ordning")),
                ("basis", models.TextField(verbose_name="rättslig grund")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("law", "lag eller föreskrift"),
                            ("practice", "exempel från annan huvudman"),
                            ("local", "lokalt mål"),
                        ],
                        max_length=10,
                        verbose_name="grundens ställning",
                    ),
                ),
                (
                    "when",
                    models.CharField(blank=True, max_length=200, verbose_name="när den ska göras"),
                ),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("event", "händelsen"),
                            ("awareness", "när det blev känt"),
                            ("filed", "när ärendet kom in"),
                        ],
                        max_length=10,
                        verbose_name="tiden räknas från",
                    ),
                ),
                (
                    "decided_with",
                    models.CharField(
                        choices=[
                            ("decide_lex_maria", "chefläkaren"),
                            ("decide_report", "verksamhetens chef, samordnare eller chefläkare"),
                            (
                                "decide_security_report",
                                "informationssäkerhetssamordnaren eller chefläkaren",
                            ),
                        ],
                        max_length=30,
                        verbose_name="beslutas av",
                    ),
                ),
                (
                    "own_event_only",
                    models.BooleanField(default=False, verbose_name="bara egna händelser"),
                ),
                (
                    "tells_manufacturer",
                    models.BooleanField(default=False, verbose_name="tillverkaren ska informeras"),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("e_service", "e-tjänst"),
                                ("post", "post"),
                                ("mail", "e-post"),
                                ("phone", "telefon"),
                                ("message", "säker digital kommunikation"),
                            ],
                            max_length=10,
                        ),
                        size=None,
                        verbose_name="får lämnas in genom",
                    ),
                ),
                (
                    "never_by_mail",
                    models.BooleanField(default=False, verbose_name="tas aldrig emot med e-post"),
                ),
                ("address", models.TextField(blank=True, verbose_name="så lämnas den in")),
                (
                    "target_amount",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="tid"),
                ),
                (
                    "target_measured",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("working_days", "arbetsdagar"),
                            ("calendar_days", "kalenderdagar"),
                            ("hours", "timmar"),
                        ],
                        max_length=15,
                        verbose_name="räknas i",
                    ),
                ),
                ("target_basis", models.TextField(blank=True, verbose_name="tidens grund")),
                (
                    "target_standing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("law", "lag eller föreskrift"),
                            ("practice", "exempel från annan huvudman"),
                            ("local", "lokalt mål"),
                        ],
                        max_length=10,
                        verbose_name="tidens ställning",
                    ),
                ),
                (
                    "fields",
                    models.JSONField(blank=True, default=list, verbose_name="underlagets fält"),
                ),
                (
                    "checklist",
                    models.JSONField(blank=True, default=list, verbose_name="kontrollista"),
                ),
                ("valid_from", models.DateField(verbose_name="gäller från")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="gäller till")),
            ],
            options={
                "verbose_name": "anmälningsslag",
                "verbose_name_plural": "anmälningsslag",
                "ordering": ("position", "name", "-valid_from"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="report_kind_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__regex", "\\S")),
                        name="report_kind_has_a_basis",
                        violation_error_message="Fältet får inte vara tomt.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to", None)),
                        fields=("key",),
                        name="report_kind_one_open_per_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("never_by_mail", False),
                            models.Q(("channels__contains", ["mail"]), _negated=True),
                            _connector="OR",
                        ),
                        name="report_kind_not_by_mail_where_it_is_not_taken",
                        violation_error_message="Myndigheten tar inte emot anmälan med e-post.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channels__len__gte", 1)),
                        name="report_kind_has_a_channel",
                        violation_error_message="Välj minst ett sätt att lämna in.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("target_amount", None),
                                ("target_basis", ""),
                                ("target_measured", ""),
                                ("target_standing", ""),
                            ),
                            models.Q(
                                ("target_amount__gte", 1),
                                ("target_basis__regex", "\\S"),
                                models.Q(("target_measured", ""), _negated=True),
                                models.Q(("target_standing", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="report_kind_target_with_its_ground",
                        violation_error_message="En tid har längd, enhet, grund och ställning, eller finns inte.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuthorityReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(default="candidate", max_length=20, verbose_name="läge"),
                ),
                ("status_since", models.DateTimeField(verbose_name="i läget sedan")),
                ("clock_from", models.DateTimeField(verbose_name="tiden räknas från")),
                ("grounds", models.TextField(verbose_name="varför frågan ställs")),
                ("created_at", models.DateTimeField(verbose_name="uppmärksammad")),
                (
                    "asked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="beslut begärt"),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "anmäls"), ("no", "anmäls inte")],
                        max_length=5,
                        verbose_name="beslut",
                    ),
                ),
                ("motive", models.TextField(blank=True, verbose_name="motivering")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="beslutad"),
                ),
                ("worksheet", models.JSONField(blank=True, default=dict, verbose_name="underlag")),
                (
                    "checked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="avbockat",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="inskickad"),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("e_service", "e-tjänst"),
                            ("post", "post"),
                            ("mail", "e-post"),
                            ("phone", "telefon"),
                            ("message", "säker digital kommunikation"),
                        ],
                        max_length=10,
                        verbose_name="inskickad genom",
                    ),
                ),
                (
                    "diary_no",
                    models.CharField(blank=True, max_length=60, verbose_name="diarienummer"),
                ),
                (
                    "manufacturer_told_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="tillverkaren informerad"
                    ),
                ),
                (
                    "manufacturer_told_how",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="hur tillverkaren informerades"
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(blank=True, null=True, verbose_name="myndigheten svarade"),
                ),
                ("outcome", models.TextField(blank=True, verbose_name="myndighetens svar")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="avslutad")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begärd av",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authority_reports",
                        to="cases.case",
                        verbose_name="ärende",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uppmärksammad av",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="beslutad av",
                    ),
                ),
                (
                    "event_provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.careprovider",
                        verbose_name="händelsen inträffade hos",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.attachment",
                        verbose_name="kvittens",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="inskickad av",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="authority_reports.reportkind",
                        verbose_name="slag",
                    ),
                ),
            ],
            options={
                "verbose_name": "anmälan",
                "verbose_name_plural": "anmälningar",
                "indexes": [
                    models.Index(fields=["clock_from", "id"], name="authority_report_oldest"),
                    models.Index(
                        fields=["status", "clock_from", "id"], name="authority_report_in_status"
                    ),
                    models.Index(
                        fields=["-submitted_at", "-id"], name="authority_report_latest_sent"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("asked_at__isnull", True), ("asked_by__isnull", True)),
                            models.Q(("asked_at__isnull", False), ("asked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="authority_report_asked_together",
                        violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="authority_report_decided_together",
                        violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("submitted_at__isnull", True), ("submitted_by__isnull", True)
                            ),
                            models.Q(
                                ("submitted_at__isnull", False), ("submitted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="authority_report_sent_together",
                        violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decision", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("motive__regex", "\\S"),
                                models.Q(("decision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="authority_report_decision_has_a_motive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decision", ""), ("status__in", ("candidate", "under_decision"))
                            ),
                            models.Q(("decision", "no"), ("status", "not_reported")),
                            models.Q(
                                ("decision", "yes"),
                                (
                                    "status__in",
                                    ["drafting", "submitted", "supplemented", "decided", "closed"],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="authority_report_stands_as_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ("submitted", "supplemented", "decided", "closed")),
                                _negated=True,
                            ),
                            models.Q(
                                ("submitted_at__isnull", False),
                                models.Q(("channel", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="authority_report_sent_when_and_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "decided"), _negated=True),
                            models.Q(("answered_on__isnull", False), ("outcome__regex", "\\S")),
                            _connector="OR",
                        ),
                        name="authority_report_answered_with_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("manufacturer_told_at", None), ("manufacturer_told_how", "")),
                            models.Q(
                                ("manufacturer_told_at__isnull", False),
                                models.Q(("manufacturer_told_how", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="authority_report_manufacturer_told_how",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status__in", ["not_reported", "closed"]), _negated=True
                        ),
                        fields=("case", "kind"),
                        name="authority_report_one_running_per_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportSupplement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="vad som skickades")),
                ("sent_at", models.DateTimeField(verbose_name="skickades")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("e_service", "e-tjänst"),
                            ("post", "post"),
                            ("mail", "e-post"),
                            ("phone", "telefon"),
                            ("message", "säker digital kommunikation"),
                        ],
                        max_length=10,
                        verbose_name="genom",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="registrerades")),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.attachment",
                        verbose_name="fil",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplements",
                        to="authority_reports.authorityreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "komplettering",
                "verbose_name_plural": "kompletteringar",
                "ordering": ("sent_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ReportEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=30, verbose_name="steg")),
                ("from_status", models.CharField(blank=True, max_length=20, verbose_name="från")),
                ("to_status", models.CharField(blank=True, max_length=20, verbose_name="till")),
                ("at", models.DateTimeField(verbose_name="när")),
                ("note", models.TextField(blank=True, verbose_name="skäl")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="authority_reports.authorityreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "händelse med anmälan",
                "verbose_name_plural": "händelser med anmälningar",
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["report", "at"], name="report_event_of_report")],
            },
        ),
    ]
