"""An import kind of the tests' own, with parts that can be made to fail."""

import pytest

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange import kinds
from patientsakerhet.exchange.kinds import ImportKind, Line, Taken
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import CareProvider


class Providers:
    """Each row is a care provider's name; a row that says "fel" is refused."""

    ignored = ()
    size = 2
    dies_at = None

    def __init__(self, run, table):
        self.rows = table.rows

    def parts(self):
        return [self.rows[n : n + self.size] for n in range(0, len(self.rows), self.size)]

    def take(self, part, *, by, write):
        taken = Taken()
        for row in part:
            name = row.cells[0]
            if name == "stopp":
                raise NotReady("Det tar stopp.")
            if type(self).dies_at == name and write:
                raise SystemExit("killed")
            if name == "fel":
                taken.lines.append(Line(row.number, "error", name, "Går inte."))
                continue
            _, is_new = CareProvider.objects.get_or_create(name=name, defaults={"kind": "private"})
            taken.lines.append(Line(row.number, "added" if is_new else "unchanged", name))
        taken.extra["letters"] = sum(len(row.cells[0]) for row in part)
        return taken


@pytest.fixture
def providers(monkeypatch):
    """The kind `providers`, in parts of two rows; `providers.whole` takes all at once."""
    known = dict(kinds._imports)
    monkeypatch.setattr(kinds, "_imports", known)

    class InParts(Providers):
        pass

    class Whole(Providers):
        size = 1000

    for key, importer, is_whole in (("providers", InParts, False), ("whole", Whole, True)):
        known[key] = ImportKind(
            key=key,
            label="Vårdgivare",
            text="Prov.",
            needs=Can.ADMINISTER,
            begin=importer,
            is_whole=is_whole,
            words={"added": "nya", "unchanged": "oförändrade", "error": "fel"},
        )
    return InParts
