"""Mails to recipients, personal links, and waves of mails that know how far they have come."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Three tables' worth of delivery."""

    dependencies = [
        ("notifications", "0003_plain_heads"),
        ("sakerhetsmeddelanden", "0005_intake"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="distribution",
            name="claimed_until",
        ),
        migrations.AddField(
            model_name="distribution",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("first", "utskick"),
                    ("reminder", "påminnelse till alla som inte svarat"),
                ],
                default="first",
                max_length=10,
                verbose_name="slag",
            ),
        ),
        migrations.AddField(
            model_name="distribution",
            name="reached",
            field=models.BigIntegerField(default=0, verbose_name="till och med mottagare"),
        ),
        migrations.AddField(
            model_name="recipient",
            name="distribution",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recipients",
                to="sakerhetsmeddelanden.distribution",
                verbose_name="utskick",
            ),
        ),
        migrations.AddField(
            model_name="recipientdevice",
            name="answered_name",
            field=models.CharField(blank=True, max_length=120, verbose_name="undertecknat av"),
        ),
        migrations.AlterField(
            model_name="distribution",
            name="done",
            field=models.PositiveIntegerField(default=0, verbose_name="behandlade"),
        ),
        migrations.CreateModel(
            name="AnswerLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="namn")),
                ("address", models.EmailField(max_length=254, verbose_name="e-post")),
                ("token_lookup", models.CharField(max_length=64, unique=True)),
                (
                    "code_serial",
                    models.PositiveIntegerField(default=1, verbose_name="kodens nummer"),
                ),
                ("code_lookup", models.CharField(max_length=64)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="fel i rad")),
                ("made_at", models.DateTimeField(verbose_name="gjordes")),
                ("expires_at", models.DateTimeField(verbose_name="gäller till")),
                (
                    "opened_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="öppnad med kod"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="återkallad"),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="gjordes av",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="sakerhetsmeddelanden.recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "personlig länk",
                "verbose_name_plural": "personliga länkar",
                "ordering": ("made_at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("address__regex", "\\S")),
                        name="answer_link_has_an_address",
                        violation_error_message="Fältet får inte vara tomt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="answer_link_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("recipient", "address"),
                        name="answer_link_one_per_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecipientMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("first", "utskick"),
                            ("again", "nytt utskick"),
                            ("reminder", "påminnelse"),
                            ("escalation", "till chef"),
                            ("actions", "påminnelse om åtgärder"),
                        ],
                        max_length=10,
                        verbose_name="ärende",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="lades i utkorgen")),
                (
                    "returned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="kom tillbaka"),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_mail",
                        to="notifications.message",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="sakerhetsmeddelanden.recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "utskick till mottagare",
                "verbose_name_plural": "utskick till mottagare",
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["recipient", "at"], name="recipient_mail_latest")],
            },
        ),
    ]
