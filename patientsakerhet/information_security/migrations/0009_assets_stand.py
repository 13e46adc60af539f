"""Assets stand in the gap list as they were classified; dependent units count; how long gaps may stand."""

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations

from patientsakerhet.information_security import defaults

SQL = Path(__file__).resolve().parent.parent / "sql"


def install(apps: Any, _editor: Any) -> None:
    """The rules of the two clocks; one that somebody has made is left alone."""
    rule = apps.get_model("cases", "DeadlineRule")
    for status, label, amount, measured, remind, escalate, basis in defaults.CLOCKS:
        if not rule.objects.filter(kind=defaults.KIND, status=status).exists():
            rule.objects.create(
                kind=defaults.KIND,
                status=status,
                label=label,
                amount=amount,
                measured=measured,
                remind_before=remind,
                escalate_after=escalate,
                basis=basis,
                standing="local",
                valid_from=defaults.START,
            )


class Migration(migrations.Migration):
    """Triggers and rows."""

    dependencies: ClassVar = [("information_security", "0008_information_assets")]

    operations: ClassVar = [
        migrations.RunSQL(
            (SQL / "assets_stand.sql").read_text(),
            (SQL / "assets_stand_reverse.sql").read_text(),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
