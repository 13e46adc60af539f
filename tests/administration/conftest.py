"""Administrators, and files as they hand them in."""

import pytest

from patientsakerhet.exchange import kinds, runs
from patientsakerhet.organisation.models import Role
from tests.factories import Region, person_as


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def admin(region):
    return person_as(Role.ADMINISTRATOR, region.root)


@pytest.fixture
def read_in(admin):
    """Upload, try, and confirm when nothing stands in the way; the run as it ended."""

    def read(kind, content, *, by=admin, **options):
        run = tried(kind, content, by=by, **options)
        if not runs.stops(run) and run.state == "ready":
            run = worked(runs.confirm(run, by=by))
        return run

    return read


@pytest.fixture
def try_out(admin):
    """Upload and try only."""

    def read(kind, content, *, by=admin, **options):
        return tried(kind, content, by=by, **options)

    return read


def tried(kind, content, *, by, mapping="", name="fil.csv", **options):
    content = content.encode() if isinstance(content, str) else content
    return worked(runs.upload(kind, name, content, by=by, mapping=mapping, options=options))


def worked(run):
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    return run


def lines(run):
    return [
        (one.number, one.outcome, one.text)
        for one in run.lines.order_by("number", "pk")
        if one.outcome != "unchanged"
    ]


def exported(kind, tmp_path, **given):
    """The register as its own export writes it, as bytes."""
    from patientsakerhet.exchange import writer

    path = tmp_path / f"{kind}.csv"
    with path.open("wb") as target:
        writer.save(kinds.export_of(kind).extract(given), "csv", target, by=None)
    return path.read_bytes()
