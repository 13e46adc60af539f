"""An older system's log: each event a step, unchanged, or laid aside; twice or longer, nothing doubled."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import F

from avvikelse.exchange import event_log
from avvikelse.models import Deviation
from patientsakerhet.access.models import CaseAccess
from patientsakerhet.access.policy import Can
from patientsakerhet.audit.models import Event
from patientsakerhet.cases import sealing
from patientsakerhet.cases.models import Case, ExternalTicket, SealedText, Transition
from patientsakerhet.cases.ping_pong import pairs, ping_pong
from patientsakerhet.exchange import runs
from patientsakerhet.exchange.models import ImportRun
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.organisation.models import Person, Role, Unit
from tests.factories import Region, fresh, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

HERE = Path(__file__).parent
LOG = (HERE / "old_system.csv").read_text("utf-8")
MAPPING = (HERE / "old_system.toml").read_text("utf-8")
HEAD, *ROWS = LOG.splitlines()

EXPECTED = {
    2: ("unchanged", "Varken läge eller grupp ändrades."),
    3: ("added", "grupp okänd → MT"),
    4: ("added", "Ny → Pågår"),
    5: ("added", "grupp MT → IT"),
    6: ("added", "grupp IT → MT"),
    7: ("unchanged", "Varken läge eller grupp ändrades."),
    8: ("added", "Pågår → Löst"),
    9: ("added", "Löst → Pågår"),
    10: ("added", "Pågår → Löst"),
    11: ("added", "Löst → Stängd"),
    12: ("contradiction", "Ändrad 2025-02-01 05:00, före öppnandet 2025-02-01 06:00."),
    13: ("added", "Ny → Pågår, grupp okänd → IT"),
    14: ("added", "Pågår → Löst"),
    15: ("contradiction", "Går från Löst till Pågår utan att vara återöppnad."),
    16: ("contradiction", "Räknas som återöppnad men går från Löst till Löst."),
    17: ("contradiction", "I läget Löst men markerad som avslutad."),
    18: ("contradiction", "Ändrad 2025-02-01 08:00, före rad 14 (2025-02-02 07:00)."),
    19: ("contradiction", "Öppnad 2025-02-01 06:30 här men 2025-02-01 06:00 på rad 14."),
    20: ("contradiction", "Löst 2025-01-31 07:00, före öppnandet 2025-02-01 06:00."),
    21: ("contradiction", "Stängd 2025-02-01 11:00, före lösningen."),
    22: ("contradiction", "En upprepning av rad 14."),
    23: ("contradiction", "Samma ordningsnummer som rad 14."),
    24: ("error", "Läget Okänt står inte i översättningen."),
    25: ("error", "Öppnad: 1 mars är inte skriven som %Y-%m-%d %H:%M."),
    26: ("error", "Ordning: x är inget helt tal."),
    27: ("error", "Pågår: kanske är varken sant eller falskt."),
    28: ("error", "Tiden för händelsen saknas."),
    29: ("error", "Numret saknas."),
    30: ("error", "Ändrad: 2025-03-30 02:30 finns inte: klockan ställdes fram."),
    31: ("error", "Ändrad: 2025-10-26 02:30 finns två gånger: klockan ställdes tillbaka."),
    32: ("unchanged", "Varken läge eller grupp ändrades."),
    33: ("error", "Raden har 7 celler, rubrikraden 13 celler."),
    34: ("added", "grupp okänd → Å-gruppen"),
}
"""Row -> what becomes of it, written by hand; times are told in UTC."""


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def coordinator(region):
    return region.coordinator


def worked(run):
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    return run


def tried(content, by, mapping=MAPPING):
    return worked(runs.upload("event_log", "logg.csv", content.encode(), by=by, mapping=mapping))


def read_in(content, by, mapping=MAPPING):
    return worked(runs.confirm(tried(content, by, mapping), by=by))


def log(*rows):
    return "\n".join([HEAD, *rows]) + "\n"


def told(run):
    return {one.number: (one.outcome, one.text) for one in run.lines.all()}


def history(case):
    return list(
        case.transitions.order_by("occurred_at", "pk").values_list(
            "step", "from_status", "to_status", "from_unit__name", "to_unit__name", "occurred_at"
        )
    )


def at(*when):
    return datetime(*when, tzinfo=UTC)


def test_the_trial_and_the_reading_tell_the_same_of_every_row(coordinator):
    run = tried(LOG, coordinator)
    assert told(run) == EXPECTED
    assert not Case.objects.exists()
    assert not Unit.objects.filter(code__startswith="gamla").exists()

    done = worked(runs.confirm(run, by=coordinator))

    assert told(done) == EXPECTED
    assert done.counts == run.planned
    outcomes = [outcome for outcome, _ in EXPECTED.values()]
    assert {key: done.counts[key] for key in set(outcomes)} == {
        key: outcomes.count(key) for key in set(outcomes)
    }
    assert sum(done.counts[key] for key in set(outcomes)) == done.rows == len(ROWS)


def test_counts_in_are_counts_out(coordinator):
    run = read_in(LOG, coordinator)
    assert Case.objects.count() == run.counts["cases"] == 4
    assert run.counts["cases_without"] == 1  # C3 has no row that can be used
    assert Transition.objects.count() == run.counts["transitions"]
    assert run.counts["transitions"] == run.counts["added"] + run.counts["cases"]
    assert run.counts["units"] == 4


def test_a_case_has_its_true_hand_overs_and_times(coordinator, commit):
    read_in(LOG, coordinator)
    commit()
    case = Case.objects.get(source_key="A1")

    # Stockholm is one hour before UTC in January.
    assert history(case) == [
        ("file", "", "reported", None, "Gamla systemet", at(2025, 1, 7, 7)),
        ("coordinate", "reported", "reported", "Gamla systemet", "Gamla MT", at(2025, 1, 7, 7, 20)),
        (
            "receive",
            "reported",
            "in_investigation",
            "Gamla MT",
            "Gamla MT",
            at(2025, 1, 7, 8),
        ),
        ("hand_over", *["in_investigation"] * 2, "Gamla MT", "Gamla IT", at(2025, 1, 7, 9)),
        ("hand_over", *["in_investigation"] * 2, "Gamla IT", "Gamla MT", at(2025, 1, 8, 9)),
        ("follow_up", "in_investigation", "follow_up", *["Gamla MT"] * 2, at(2025, 1, 9, 11)),
        ("reopen", "follow_up", "in_investigation", *["Gamla MT"] * 2, at(2025, 1, 10, 7)),
        ("follow_up", "in_investigation", "follow_up", *["Gamla MT"] * 2, at(2025, 1, 11, 7)),
        ("close", "follow_up", "closed", *["Gamla MT"] * 2, at(2025, 1, 20, 7)),
    ]
    assert (case.status, case.is_final, case.closed_at) == ("closed", True, at(2025, 1, 20, 7))
    assert case.first_coordinated_at == at(2025, 1, 7, 7, 20)
    assert case.filed_at == at(2025, 1, 7, 7)
    assert case.number == "AV-2025-00001"
    assert case.transitions.filter(source="import").count() == 9
    assert case.transitions.get(step="close").reason == "Gamla systemet: Stängd"


def test_the_deviation_says_what_the_source_had_and_no_more(coordinator):
    read_in(LOG, coordinator)
    deviation = Deviation.objects.get(case__source_key="A1")
    assert deviation.case.title == "Pump: Larm"
    assert deviation.what_happened == (
        "Ärende A1 ur Gamla systemet.\nPumpen larmar igen\nKategori Larm."
    )
    assert (deviation.channel, deviation.nature, deviation.affected) == (
        "import",
        "unknown",
        "unknown",
    )
    assert (deviation.occurred_at, deviation.precision) == (None, "unknown")
    assert Deviation.objects.get(case__source_key="B2").case.title == "Nät"
    assert Deviation.objects.get(case__source_key="D4").case.title == "Gamla systemet D4"
    ticket = ExternalTicket.objects.get(case=deviation.case)
    assert (ticket.system, ticket.kind, ticket.number) == ("Gamla systemet", "incident", "A1")


def test_a_personal_number_in_the_source_is_masked_and_sealed(coordinator):
    read_in(LOG, coordinator)
    deviation = Deviation.objects.get(case__source_key="F6")
    assert "570428-****" in deviation.what_happened
    sealed = SealedText.objects.get(case=deviation.case)
    assert "19570428-9999" in sealing.unseal(sealed)


def test_groups_become_units_and_nobody_becomes_a_person(coordinator):
    before = Person.objects.count()
    read_in(LOG, coordinator)
    assert Person.objects.count() == before
    root = Unit.objects.get(code="gamla")
    assert root.care_provider == coordinator.assignments.get().unit.care_provider
    names = dict(Unit.objects.within(root).values_list("name", "code"))
    assert set(names) == {"Gamla systemet", "Gamla IT", "Gamla MT", "Gamla Å-gruppen"}
    assert len(set(names.values())) == 4
    assert not any(Unit.objects.within(root).values_list("receives_cases", flat=True))


def test_groups_that_look_alike_as_codes_stay_two_units(coordinator):
    run = read_in(
        log(
            "A;Ny;ja;0;0;2025-01-07 08:00;2025-01-07 08:00;-;-;Å 1;-;-;x",
            "A;Ny;ja;0;1;2025-01-07 08:00;2025-01-07 09:00;-;-;Ä 1;-;-;x",
            "A;Ny;ja;0;2;2025-01-07 08:00;2025-01-07 10:00;-;-;å 1;-;-;x",
        ),
        coordinator,
    )
    assert run.counts["units"] == 4
    assert Transition.objects.values("to_unit").distinct().count() == 4


def test_cases_are_reached_by_those_who_coordinate_there_and_by_their_groups(coordinator, region):
    read_in(LOG, coordinator)
    case = Case.objects.get(source_key="A1")
    assert case in Case.objects.visible_to(coordinator)
    levels = set(CaseAccess.objects.filter(case=case).values_list("unit__name", "level"))
    assert levels == {
        ("Patientsäkerhet", "coordination"),
        ("Gamla MT", "owner"),
        ("Gamla IT", "reader"),
        ("Gamla systemet", "reader"),
    }


def test_the_same_log_again_adds_nothing(coordinator):
    read_in(LOG, coordinator)
    before = list(Transition.objects.order_by("pk").values())
    again = tried(LOG, coordinator)

    assert again.planned["known"] == sum(outcome == "added" for outcome, _ in EXPECTED.values())
    assert "added" not in again.planned
    assert again.planned["cases_known"] == 4
    assert runs.stops(again) == "Filen innehåller inget nytt."
    assert list(Transition.objects.order_by("pk").values()) == before


def test_a_longer_log_adds_only_what_is_new(coordinator, commit):
    a_rows = [row for row in ROWS if row.startswith("A1")]
    read_in(log(*a_rows[:3]), coordinator)
    commit()
    early = Case.objects.get(source_key="A1")
    first = list(early.transitions.order_by("pk").values())
    assert (early.status, early.first_coordinated_at) == (
        "in_investigation",
        at(2025, 1, 7, 7, 20),
    )

    run = read_in(LOG, coordinator)
    commit()

    late = fresh(early)
    assert late.number == early.number
    assert list(late.transitions.order_by("pk").values())[: len(first)] == first
    assert late.transitions.count() == 9
    assert (late.status, late.closed_at) == ("closed", at(2025, 1, 20, 7))
    assert (run.counts["cases"], run.counts["cases_extended"], run.counts["known"]) == (3, 1, 2)
    assert set(
        CaseAccess.objects.filter(case=late, level="owner").values_list("unit__name", flat=True)
    ) == {"Gamla MT"}
    assert not CaseAccess.objects.filter(is_open=F("case__is_final")).exists()
    assert "added" not in tried(LOG, coordinator).planned


def test_a_log_read_in_two_goes_ends_as_one_read_at_once(coordinator, commit):
    a_rows = [row for row in ROWS if row.startswith("A1")]
    for upto in range(1, len(a_rows) + 1):
        run = tried(log(*a_rows[:upto]), coordinator)
        if not runs.stops(run):
            worked(runs.confirm(run, by=coordinator))
    commit()
    assert [row[0] for row in history(Case.objects.get(source_key="A1"))] == [
        "file",
        "coordinate",
        "receive",
        "hand_over",
        "hand_over",
        "follow_up",
        "reopen",
        "follow_up",
        "close",
    ]


def test_a_case_goes_on_through_states_that_no_step_here_joins(coordinator, commit):
    a_rows = [row for row in ROWS if row.startswith("A1")]
    read_in(log(a_rows[0]), coordinator)
    assert Case.objects.get().status == "reported"  # from where nothing leads to closed
    read_in(log(*a_rows), coordinator)
    commit()
    assert Case.objects.get().status == "closed"


def test_a_case_first_seen_without_a_group_is_coordinated_when_it_gets_one(coordinator):
    a_rows = [row for row in ROWS if row.startswith("A1")]
    read_in(log(a_rows[2].replace(";MT;", ";-;")), coordinator)
    assert Case.objects.get().first_coordinated_at is None
    read_in(log(a_rows[2].replace(";MT;", ";-;"), a_rows[3]), coordinator)
    assert Case.objects.get().first_coordinated_at == at(2025, 1, 7, 9)


def test_a_shorter_log_takes_nothing_back(coordinator):
    read_in(LOG, coordinator)
    run = tried(log(*ROWS[:4]), coordinator)
    assert run.planned["known"] == 3
    assert Case.objects.get(source_key="A1").status == "closed"


def test_a_past_that_reads_otherwise_is_listed_and_not_guessed(coordinator):
    read_in(log(*ROWS[:4]), coordinator)
    before = Transition.objects.count()
    run = tried(log(ROWS[0], ROWS[1].replace(";MT;", ";IT;"), *ROWS[2:6]), coordinator)
    assert {text for outcome, text in told(run).values() if outcome == "contradiction"} == {
        "Stämmer inte med det som redan är inläst av ärendet."
    }
    assert "added" not in run.planned
    assert Transition.objects.count() == before


def test_what_happened_there_after_the_case_went_on_here_is_listed(coordinator, region):
    from patientsakerhet.cases.actions import steps

    read_in(log(*ROWS[:3]), coordinator)
    case = Case.objects.get()
    person_as(Role.UNIT_MANAGER, Unit.objects.get(code="gamla"))
    manager = person_as(Role.COORDINATOR, Unit.objects.get(code="gamla"))
    steps.take_step(case, "send_back", by=manager, reason="Hör hit.", unit=region.desk)

    run = tried(LOG, coordinator)

    assert told(run)[5] == (
        "contradiction",
        "Ärendet har gått vidare i Varsam sedan det lästes in.",
    )
    assert told(run)[4] == ("known", "Ny → Pågår")
    worked(runs.confirm(run, by=coordinator))
    assert fresh(case).status == "in_coordination"


def test_killed_between_parts_it_goes_on_and_doubles_nothing(coordinator, monkeypatch):
    monkeypatch.setattr(event_log, "PART", 1)
    run = runs.confirm(tried(LOG, coordinator), by=coordinator)
    written = event_log.history.write
    calls = iter(range(9))

    def dies_the_second_time(*args, **named):
        if next(calls) == 1:
            raise SystemExit("killed")
        return written(*args, **named)

    monkeypatch.setattr(event_log.history, "write", dies_the_second_time)
    with pytest.raises(SystemExit):
        runs.carry_on(run.pk)
    assert Case.objects.count() == 1

    worked(run)

    assert run.state == ImportRun.State.DONE
    assert told(run) == EXPECTED
    assert sorted(Case.objects.values_list("source_key", flat=True)) == ["A1", "B2", "D4", "F6"]


def test_ping_pong_is_seen(coordinator):
    run = read_in(LOG, coordinator)
    root = [Unit.objects.get(code="gamla")]
    assert list(ping_pong(Case.objects.all(), aside=root).values_list("source_key", flat=True)) == [
        "A1"
    ]
    [pair] = pairs(Case.objects.all(), aside=root)
    assert ({pair.one.name, pair.other.name}, pair.times, pair.cases) == (
        {"Gamla MT", "Gamla IT"},
        1,
        1,
    )
    back_and_forth, waits = run.kind_row.findings(run)
    assert back_and_forth.text.startswith("1 av 4 ärenden")
    assert waits.rows[0][0] == "Inkommen"


def test_a_stay_with_nobody_parts_no_visit(coordinator):
    rows = [
        f"A;Ny;ja;0;{n};2025-01-07 00:00;2025-01-07 0{n + 1}:00;-;-;{group};-;-;x"
        for n, group in enumerate(["MT", "-", "MT", "IT", "-", "MT"])
    ]
    read_in(log(*rows), coordinator)
    root = [Unit.objects.get(code="gamla")]
    [between_groups] = pairs(Case.objects.all(), aside=root)
    assert {between_groups.one.name, between_groups.other.name} == {"Gamla MT", "Gamla IT"}
    [with_nobody] = pairs(Case.objects.all())
    assert ({with_nobody.one, with_nobody.other} & {*root}, with_nobody.times) == ({*root}, 2)


def test_units_are_not_made_unless_the_mapping_says_so(coordinator):
    strict = MAPPING.replace("create = true", "create = false")
    run = tried(LOG, coordinator, strict)
    assert (run.state, run.failure) == ("failed", "Enheten gamla finns inte.")

    read_in(log(*ROWS[:3]), coordinator)  # makes the root and MT
    run = tried(LOG, coordinator, strict)
    assert told(run)[13][0] == "error"
    assert "finns inte." in told(run)[13][1]
    assert "cases_extended" not in run.planned


def test_handlers_are_found_among_people_by_address_and_never_made(coordinator, region):
    known = region.investigator
    mapping = MAPPING.replace('active = "Pågår"', 'active = "Pågår"\nperson = "Text"').replace(
        "[text]", '[people]\npolicy = "email"\n\n[text]'
    )
    before = Person.objects.count()
    read_in(
        log(
            f"A;Pågår;ja;0;0;2025-01-07 08:00;2025-01-07 08:00;-;-;MT;-;-;{known.email.upper()}",
            "B;Pågår;ja;0;0;2025-01-07 08:00;2025-01-07 08:00;-;-;MT;-;-;okand@exempel.se",
        ),
        coordinator,
        mapping,
    )
    assert Case.objects.get(source_key="A").handler == known
    assert Case.objects.get(source_key="B").handler is None
    assert Person.objects.count() == before


def test_a_code_that_is_none_stops_it_with_the_reason(coordinator):
    run = tried(LOG, coordinator, MAPPING + '\n[deviation]\nkind = "pump"\n')
    assert (run.state, run.failure) == ("failed", "Koden pump finns inte i deviation_kind.")


def test_where_each_row_is_a_matter_a_second_row_is_laid_aside(coordinator):
    mapping = """[source]
system = "engang"
name = "Registret"
each_row = "case"
missing = ["-"]
moments = "%Y-%m-%d"
zone = "Europe/Stockholm"
[columns]
number = "Nr"
opened = "Kom"
unit = "Grupp"
[deviation]
occurred = "Hände"
device = "Pump"
""" + MAPPING[MAPPING.index("[states.Ny]") :]
    mapping = (
        mapping[: mapping.index("[text]")] + '[text]\ntitles = ["{Pump}"]\nlines = ["{Pump}"]\n'
    )
    content = (
        "Nr;Kom;Hände;Grupp;Pump\n"
        "1;2024-02-29;2024-02-28;MT;Pump 570428-9999\n"
        "1;2024-02-29;2024-02-28;MT;Pump 570428-9999\n"
        "1;2024-03-01;;MT;Annan\n"
        "2;2024-02-29;2024-03-01;MT;Pump\n"
        "3;2024-02-29;0024-02-28;MT;Pump\n"
    )
    run = read_in(content, coordinator, mapping)
    assert {number: text for number, (_, text) in told(run).items()} == {
        2: "ärendet, med allt som källan säger om det",
        3: "En upprepning av rad 2.",
        4: "Samma nummer som rad 2.",
        5: "Inträffade 2024-03-01, efter öppnandet 2024-02-29.",
        6: "Hände: 0024-02-28 är inget rimligt år.",
    }
    deviation = Deviation.objects.get()
    assert deviation.case.owning_unit.name == "Gamla MT"
    assert deviation.device_text == "Pump 570428-****"
    assert deviation.occurred_at == at(2024, 2, 27, 23)
    sealed = SealedText.objects.filter(case=deviation.case).values_list("field", flat=True)
    assert set(sealed) == {"title", "what_happened", "device_text"}


def test_without_a_coordinating_unit_it_is_stopped_with_the_reason(coordinator, region):
    run = tried(LOG, coordinator)
    Unit.objects.filter(pk=region.desk.pk).update(coordinates=False)
    done = worked(runs.confirm(run, by=coordinator))
    assert done.state == "failed"
    assert "Ingen enhet koordinerar" in done.failure
    assert not Case.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COORDINATOR])
def test_only_coordinators_may(region, role):
    other = person_as(role, region.root)
    with pytest.raises(NotAllowed):
        tried(LOG, other)
    assert not ImportRun.objects.exists()


def test_the_trail_has_each_case_and_the_import(coordinator):
    run = read_in(LOG, coordinator)
    imported = Event.objects.filter(action="case.imported")
    assert imported.count() == 4
    assert set(imported.values_list("right", "actor_id")) == {(Can.IMPORT_CASES, coordinator.pk)}
    assert Event.objects.get(action="import.made").object_id == run.pk


def test_the_command_reads_the_same_log(tmp_path, capsys, coordinator):
    (tmp_path / "l.csv").write_text(LOG, "utf-8")
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    call_command(
        "import_file", "event_log", str(tmp_path / "l.csv"), "--mapping", str(tmp_path / "m.toml")
    )
    said = capsys.readouterr().out
    assert Case.objects.count() == 4
    assert "4 nya ärenden" in said
    assert "rad 15 B2: Går från Löst till Pågår utan att vara återöppnad." in said
    assert "Fram och tillbaka mellan grupper" in said
