"""The report through the API: the same actions, the same refusals in the same words."""

from datetime import date

import pytest
import time_machine

from patientsakerhet.organisation.models import Role
from rapporter.annual_report.models import AnnualReport
from tests.factories import person_as
from tests.made_once import made_once
from tests.rapporter.annual_report.making import World, work
from tests.rapporter.region_2023 import at
from tests.risk_analysis.test_api import Api

pytestmark = pytest.mark.django_db


def _started():
    world = World(filed=2)
    return world, world.started()


_made, started = made_once(_started)


def api(person):
    return Api(person, "annual-reports")


def test_a_report_is_begun_by_program(started):
    world, _ = started
    told = {"unit": world.region.administration.code, "year": 2022, "diary_no": "2024-17"}
    with time_machine.travel(at(date(2024, 2, 1))):
        begins = api(world.coordinator)
        made, again = begins.post("", told, key="one"), begins.post("", told, key="one")
    by = api(world.coordinator)
    assert made.status_code == again.status_code == 201, made.content
    number = made.json()["case"]["number"]
    assert [one["number"] for one in by.get("?year=2022").json()["results"]] == [number]
    assert by.get("?year=2021").json()["results"] == []
    assert AnnualReport.objects.get(year=2022).builds.get().state == "waiting"


def test_a_report_is_written_checked_and_drafted_by_program(started):
    world, case = started
    by, number = api(world.coordinator), case.number
    figures = {one["field"]: one for one in by.get(f"{number}/figures/").json()}
    assert (figures["F09"]["value"], figures["F09"]["measure"]) == ("2", "filed_deviations")

    section = by.get(f"{number}/sections/agera/")
    assert (section["ETag"], section.json()["is_required"]) == ('"v1"', True)
    text = {"text": "Det kom {{F09}} avvikelser och 2 svar, {{F09|cirka}}."}
    unsure = by.send("put", f"{number}/sections/agera/", text)
    assert unsure.status_code == 428
    written = by.send("put", f"{number}/sections/agera/", text, version=1)
    assert (written.status_code, written["ETag"]) == (200, '"v2"')
    assert [one["written"] for one in written.json()["faults"]] == ["{{F09|cirka}}"]
    stale = by.send("put", f"{number}/sections/agera/", text, version=1)
    assert stale.status_code == 412
    assert "Någon annan ändrade avsnittet" in stale.json()["reasons"][0]
    text = {"text": "Det kom {{F09}} avvikelser och 2 svar."}
    (waits,) = by.send("put", f"{number}/sections/agera/", text, version=2).json()["unconfirmed"]
    refused = by.post(f"{number}/sections/agera/check/", version=3)
    assert (refused.status_code, "Bekräfta först" in refused.json()["reasons"][0]) == (409, True)
    by.post(f"{number}/sections/agera/confirm/", {"numbers": [waits["key"]]}, version=3)
    checked = by.post(f"{number}/sections/agera/check/", version=4)
    assert (checked.status_code, checked.json()["is_checked"]) == (200, True)

    draft = by.post(f"{number}/drafts/").json()["id"]
    work()
    for form, starts in (("pdf", b"%PDF-"), ("docx", b"PK"), ("json", b"{")):
        assert by.get(f"{number}/drafts/{draft}/{form}/").content.startswith(starts)
    said = by.post(f"{number}/comments/", {"text": "Bra.", "audience": "internal"})
    assert said.status_code == 201, said.content
    assert [one["text"] for one in by.get(f"{number}/comments/").json()] == ["Bra."]


def test_a_co_author_writes_her_section_and_no_other_by_program(started):
    world, case = started
    author = person_as(Role.REPORTER, world.region.ward)
    hers, ours = api(author), api(world.coordinator)
    assert hers.get(f"{case.number}/").status_code == 404

    handed = ours.post(f"{case.number}/sections/agera/hand/", {"author": author.email}, version=1)
    assert handed.json()["author"] == author.email

    mine = hers.send("put", f"{case.number}/sections/agera/", {"text": "Mitt."}, version=2)
    assert (mine.status_code, mine.json()["text"]) == (200, "Mitt.")
    other = hers.send("put", f"{case.number}/sections/mal/", {"text": "Hej"}, version=1)
    assert (other.status_code, other.json()["reasons"]) == (
        403, ["Du skriver inte det här avsnittet."]
    )  # fmt: skip
