"""Assets that are no system stand in the gap list, and alarms are sent about what stands there."""

from pathlib import Path
from typing import ClassVar

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
ALARMS = ((0, "inget"), (1, "påmind"), (2, "förfallen"), (3, "lyft till chef"))


def alarms(model: str) -> list[migrations.AddField]:
    """What alarms are kept by, as on a case's deadline."""
    moments = {
        "remind_at": "påminn",
        "escalate_at": "lyft till chef",
        "next_alarm_at": "nästa larm",
    }
    return [
        *(
            migrations.AddField(model, name, models.DateTimeField(label, blank=True, null=True))
            for name, label in moments.items()
        ),
        migrations.AddField(
            model, "alarm", models.PositiveSmallIntegerField("larm", choices=ALARMS, default=0)
        ),
    ]


class Migration(migrations.Migration):
    """Columns and constraints; the rows come after."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("information_security", "0007_standing_follows"),
        ("register", "0009_emdn_starter"),
    ]

    operations: ClassVar = [
        migrations.RemoveIndex("systemstanding", "standing_most_urgent"),
        migrations.RunSQL(
            (SQL / "standing_key.sql").read_text(),
            (SQL / "standing_key_reverse.sql").read_text(),
            state_operations=[
                migrations.AlterField(
                    "systemstanding",
                    "system",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standing",
                        to="register.itsystem",
                        verbose_name="IT-system",
                    ),
                ),
                migrations.AddField(
                    "systemstanding",
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            "systemstanding",
            "asset",
            models.CharField("informationstillgång", blank=True, db_default="", max_length=120),
        ),
        migrations.AddField(
            "systemstanding",
            "owner",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="informationsägare",
            ),
        ),
        migrations.AddField(
            "systemstanding",
            "due_at",
            models.DateTimeField("ska vara omhändertaget", blank=True, null=True),
        ),
        *alarms("systemstanding"),
        *alarms("securityfollowup"),
        migrations.AddConstraint(
            "systemstanding",
            models.CheckConstraint(
                condition=models.Q(system__isnull=False, asset="", owner=None)
                | models.Q(system=None, asset__regex=r"\S", managing_unit__isnull=False),
                name="standing_of_a_system_or_an_asset",
            ),
        ),
        migrations.AddConstraint(
            "systemstanding",
            models.UniqueConstraint(
                django.db.models.functions.text.Lower("asset"),
                models.F("managing_unit"),
                condition=models.Q(system=None),
                name="standing_asset_once",
            ),
        ),
        migrations.AddIndex(
            "systemstanding",
            models.Index(
                models.OrderBy(models.F("valid_until"), nulls_first=True),
                models.F("id"),
                name="standing_urgent_first",
            ),
        ),
        migrations.AddIndex(
            "systemstanding",
            models.Index(
                models.OrderBy(models.F("valid_until"), nulls_first=True),
                models.F("id"),
                condition=models.Q(changed_at__isnull=False, classified_on__isnull=False),
                name="standing_changed_since",
            ),
        ),
        migrations.AddIndex(
            "systemstanding",
            models.Index(
                fields=["next_alarm_at"],
                condition=models.Q(next_alarm_at__isnull=False),
                name="standing_alarm",
            ),
        ),
        migrations.AddIndex(
            "securityfollowup",
            models.Index(
                fields=["next_alarm_at"],
                condition=models.Q(done_on=None),
                name="security_follow_up_alarm",
            ),
        ),
    ]
