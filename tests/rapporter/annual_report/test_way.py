"""From the first draft to the handing in: what stands in the way, what is kept, what is refused."""

from datetime import date

import pytest

from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from rapporter.annual_report import freezing, snapshot_taken
from rapporter.annual_report.actions import building, opening, signing, writing
from rapporter.annual_report.models import Build
from tests.factories import fresh, person_as
from tests.made_once import made_once
from tests.rapporter.annual_report.making import World, section_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def _begun():
    world = World()
    return world, world.started()


_made, begun = made_once(_begun)


@pytest.fixture
def world():
    return World()


def test_a_report_has_the_sections_of_its_template_its_days_and_a_draft(begun):
    _, case = begun
    report = case.annual_report

    assert case.title == "Patientsäkerhetsberättelse 2023, Digitalisering IT och MT"
    assert [one.heading for one in report.sections.all()][:3] == [
        "Sammanfattning",
        "GRUNDLÄGGANDE FÖRUTSÄTTNINGAR FÖR SÄKER VÅRD",
        "Engagerad ledning och tydlig styrning",
    ]
    assert "under 2023" in section_of(case, "harnu_it").heading
    due = {one.purpose: one.due_at.date() for one in case.deadlines.all()}
    assert due == {"state": date(2024, 2, 15), "by_law": date(2024, 3, 1)}
    build = report.builds.get()
    assert build.is_done
    assert build.parts_done == build.parts == 2
    assert report.figures["F09"]["value"] == "6"
    assert {one.form for one in build.files.all()} == {"pdf", "docx"}


def test_a_second_report_of_the_same_and_a_year_ahead_are_refused(begun):
    world, _ = begun
    with pytest.raises(NotReady, match="finns redan"):
        world.started()
    with pytest.raises(NotReady, match="inte börjat"):
        world.started(year=2025)


def test_somebody_who_does_not_answer_for_reports_there_starts_none(world):
    manager = person_as(Role.UNIT_MANAGER, world.region.administration)
    with pytest.raises(NotAllowed):
        opening.start(world.region.administration, 2023, by=manager, submission=None)
    with pytest.raises(NotAllowed):
        world.started(unit=world.region.hospital)  # the coordinator's units lie elsewhere


def test_what_is_handed_in_is_drafted_with_its_facts_and_says_the_same(begun):
    world, case = begun
    written = case.annual_report.newest.snapshot
    assert (written.is_final, written.keeps_facts, written.facts.count()) == (True, False, 0)

    case = world.in_review(case)

    handed_in = case.annual_report.newest.snapshot
    assert case.annual_report.builds.count() == 2, "the handing in ordered it"
    assert handed_in.keeps_facts
    assert handed_in.facts.filter(series="filed_deviations:2023:cutoff").count() == 6
    assert freezing.wrong(handed_in) == []
    assert handed_in.sha256 == written.sha256
    told = [
        [snapshot_taken.told(cell) for cell in one.cells.order_by("position")]
        for one in (written, handed_in)
    ]
    assert told[0] == told[1]


def test_what_is_missing_is_told_and_stands_in_the_way(begun):
    world, case = begun
    with pytest.raises(NotReady, match="Fem avsnitt saknar text"):
        signing.take_step(fresh(case), "hand_in", by=world.coordinator)
    for key, text, why in (
        ("agera", "Det kom {{F09|gånger}} fler.", "siffror som inte går att skriva så"),
        ("agera", "Vi höll 2 möten.", "skrivna för hand"),
        ("agera", "Vi höll möten.", "inte faktagranskade"),
    ):
        writing.write(section_of(case, key), text, by=world.coordinator)
        with pytest.raises(NotReady, match=why):
            signing.take_step(fresh(case), "hand_in", by=world.coordinator)


def test_a_check_falls_when_the_text_or_a_figure_changes(begun):
    world, case = begun
    section = writing.write(section_of(case, "agera"), "{{F09}} kom in.", by=world.coordinator)
    writing.check_facts(section, by=world.coordinator)
    assert section_of(case, "agera").is_checked(fresh(case).annual_report.drawn)

    world.file(date(2023, 12, 1), said=date(2023, 12, 1))
    world.drafted(case)
    assert fresh(case).annual_report.figures["F09"]["value"] == "7"
    assert not section_of(case, "agera").is_checked(fresh(case).annual_report.drawn)


def test_a_co_author_writes_her_section_and_no_other(begun):
    world, case = begun
    author = person_as(Role.REPORTER, world.region.ward)
    with pytest.raises(NotAllowed):
        writing.write(section_of(case, "agera"), "Hej", by=author)

    writing.hand_section(section_of(case, "agera"), author, by=world.coordinator)

    told = Message.objects.get(kind="report_section")
    assert (told.person, told.number) == (author, case.number)
    written = writing.write(section_of(case, "agera"), "Mitt avsnitt.", by=author)
    assert written.text == "Mitt avsnitt."
    with pytest.raises(NotAllowed, match="skriver inte"):
        writing.write(section_of(case, "mal"), "Hej", by=author)
    with pytest.raises(NotAllowed, match="skriver inte"):
        writing.hand_section(section_of(case, "agera"), None, by=author)
    with pytest.raises(Stale, match="kvar"):
        writing.write(section_of(case, "agera"), "Sent", by=world.coordinator, version=1)


def test_a_draft_from_before_the_cut_off_is_not_signed(world):
    case = world.in_review(world.started(day=date(2024, 1, 10)))
    early = world.drafted(case, date(2024, 1, 20))
    assert not early.snapshot.is_final
    with pytest.raises(NotReady, match="före datumgränsen"):
        signing.sign(fresh(case), by=world.physician)


def test_last_years_text_comes_along_and_blocks_until_somebody_has_read_it(world):
    case = world.in_review(world.started(), org="Vi är fyra.\n\nChefläkaren leder.")
    world.signed(case)
    later = world.started(day=date(2025, 2, 1), year=2024)

    org = section_of(later, "org")
    assert org.text == "Vi är fyra.\n\nChefläkaren leder."
    assert org.unreviewed == ["Vi är fyra.", "Chefläkaren leder."]
    assert [one.text for one in org.unconfirmed] == ["fyra"]
    assert section_of(later, "agera").text == ""
    with pytest.raises(NotReady, match="Bekräfta först"):
        writing.check_facts(org, by=world.coordinator)
    org = writing.write(org, "Vi är fem.\n\nChefläkaren leder.", by=world.coordinator)
    assert org.unreviewed == ["Chefläkaren leder."]
    figures = later.annual_report.figures["F09"]
    assert (figures["value"], figures["before"], figures["reported"]) == ("0", "6", True)


def test_a_draft_that_cannot_be_made_stops_and_says_why(begun):
    world, case = begun
    build = building.order(fresh(case), by=world.coordinator)
    Build.objects.filter(pk=build.pk).update(attempts=building.TRIES)

    building.carry_on(build.pk)

    build.refresh_from_db()
    assert (build.state, "fem gånger" in build.failure) == ("failed", True)
