"""What was frozen before former years were told then and now is made anew as it was, to the last byte.

`frozen_before.json.gz` is an edition of that time: its ingredients, figures and cells, and the digests of
what was made of them.
"""

import gzip
import hashlib
import json
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest

from patientsakerhet.documents import pdf
from rapporter.annual_report import setting
from rapporter.annual_report.contents import contents
from rapporter.annual_report.publishing import INTERNAL, PUBLIC
from rapporter.annual_report.told import Frozen

KEPT = json.loads(gzip.decompress(Path(__file__).with_name("frozen_before.json.gz").read_bytes()))
SHOWN = ("key", "title", "headings", "rows", "note", "plain", "total")
COLUMNS = ("table", "measure", "measure_version", "dims", "count", "value", "low", "high")


def cell(row):
    kept = SimpleNamespace(**dict(zip(COLUMNS, row, strict=False)))
    for name in ("value", "low", "high"):
        number = getattr(kept, name)
        setattr(kept, name, None if number is None else Decimal(number))
    return kept


def as_it_was():
    return KEPT["figures"]


def with_years_and_a_new_definition():
    """The same with more years behind it, and a measure that meant something else."""
    figures = {
        name: {**one, "years": {"2021": "30", **one["years"]}} if one["years"] else one
        for name, one in KEPT["figures"].items()
    }
    figures["F11"] = {**figures["F11"], "before": "12", "since": "14", "break": "ny definition"}
    return figures


def digests(figures, audience):
    """Of the tables, texts and charts, and of the files."""
    frozen = Frozen(
        [cell(row) for row in KEPT["cells"]],
        figures,
        KEPT["made_by"],
        datetime.fromisoformat(KEPT["cutoff_at"]),
        KEPT["sha256"],
    )
    said = contents(KEPT["ingredients"], frozen, audience)
    at = datetime.fromisoformat(KEPT["taken_at"])
    told = [
        [
            [
                *(getattr(table, name) for name in SHOWN),
                table.chart and [table.chart.paper, table.chart.alt],
            ]
            for table in part.tables
        ]
        for part in said.parts
    ]
    made = {
        "told": json.dumps(told, sort_keys=True, default=str).encode(),
        "set": json.dumps(pdf.inputs(setting.document(said, at=at)), sort_keys=True).encode(),
        **setting.files(said, at=at),
    }
    return {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}


@pytest.mark.parametrize("audience", [INTERNAL, PUBLIC])
@pytest.mark.parametrize("figures", [as_it_was, with_years_and_a_new_definition])
def test_it_is_made_anew_as_it_was(figures, audience):
    found = digests(figures(), audience)
    kept = KEPT["digests"][f"{figures.__name__}-{audience}"]
    same_libraries = all(
        version(name) == told for name, told in KEPT["made_by"]["libraries"].items()
    )

    for name in found if same_libraries else ("told", "set"):
        assert found[name] == kept[name], name
