"""A first list of EMDN terms with Swedish names of our own, until the official file is read in."""

import csv
from pathlib import Path

from django.db import migrations

STARTER = Path(__file__).resolve().parent.parent / "exchange" / "emdn_starter.csv"


def plant(apps, schema_editor):
    """Each term below the longest code it begins with; the file has them in that order."""
    terms = apps.get_model("register", "EmdnTerm")
    made = {}
    with STARTER.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            code = row["code"]
            above = next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in made), "")
            parent = made.get(above)
            made[code] = terms.objects.create(
                code=code,
                label=row["label"],
                parent=parent,
                level=parent.level + 1 if parent else 1,
                is_terminal=row["terminal"] == "ja",
                origin="ours",
                release="startlista",
            )


def clear(apps, schema_editor):
    """Only what no product points at."""
    terms = apps.get_model("register", "EmdnTerm")
    for term in terms.objects.filter(origin="ours", device_models=None).order_by("-level"):
        term.delete()


class Migration(migrations.Migration):
    """Data apart from schema."""

    dependencies = [("register", "0008_refusals_in_words")]

    operations = [migrations.RunPython(plant, clear)]
