"""A report that has been handed in: what is signed, kept, corrected and made anew, and what is refused."""

import re
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from rapporter.annual_report import freezing
from rapporter.annual_report.actions import building, opening, signing, writing
from rapporter.annual_report.models import Build, Cell, Edition, Fact, Snapshot
from tests.factories import fresh
from tests.made_once import made_once
from tests.rapporter.annual_report.making import World, section_of, write
from tests.rapporter.region_2023 import at
from tests.refusing import refused as database_refuses

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def _report():
    world = World()
    return world, world.in_review(world.started())


_made, handed_in = made_once(_report)


def test_a_draft_without_its_facts_is_not_signed_whatever_code_runs(handed_in):
    world, case = handed_in
    day = at(date(2024, 2, 20))
    with (
        database_refuses("report_signed_with_an_edition"),
        transaction.atomic(),
        time_machine.travel(day, tick=False),
    ):
        Edition.objects.create(
            report=case.annual_report,
            number="1.0",
            snapshot=case.annual_report.snapshots.get(keeps_facts=False),
            ingredients={},
            sha256="x",
            signed_by=world.physician,
            signed_at=day,
        )
        steps.take_step(case, "sign", by=world.physician)
        connection.check_constraints()

    Build.objects.filter(snapshot__keeps_facts=True).update(state="failed", failure="Prov.")
    with pytest.raises(NotReady, match="utan raderna bakom siffrorna"):
        signing.sign(fresh(case), by=world.physician)


def test_the_edition_is_the_draft_with_its_files_and_is_read_for_ever(handed_in):
    world, case = handed_in
    with pytest.raises(NotAllowed):
        signing.sign(case, by=world.coordinator)

    edition = world.signed(case)

    assert (edition.number, edition.signed_by, fresh(case).status) == (
        "1.0",
        world.physician,
        "signed",
    )
    assert edition.snapshot == case.annual_report.newest.snapshot
    files = edition.builds.get().files
    assert files.count() == 4
    world.published(case)
    edition.refresh_from_db()
    assert edition.published_by == world.physician
    assert fresh(case).is_final
    trail = Event.objects.filter(case_id=case.pk, kind=Event.Kind.CHANGE).values_list(
        "action", flat=True
    )
    assert {"annual_report.signed", "annual_report.published", "case.sign"} <= set(trail)
    for rows, name, change in (
        (Edition.objects.filter(pk=edition.pk), "edition_never_changes", {"sha256": "x"}),
        (
            Snapshot.objects.filter(pk=edition.snapshot_id),
            "frozen_rows_never_change",
            {"sha256": "x"},
        ),
        (Cell.objects.filter(snapshot=edition.snapshot), "frozen_rows_never_change", {"value": 9}),
        (Fact.objects.filter(snapshot=edition.snapshot), "frozen_rows_never_change", {"part": 9}),
        (files.all(), "frozen_rows_never_change", {"sha256": "x"}),
    ):
        with database_refuses(name), transaction.atomic():
            rows.update(**change)
    with database_refuses("frozen_rows_never_change"), transaction.atomic():
        Fact.objects.filter(snapshot=edition.snapshot).delete()


def test_text_written_after_the_draft_is_not_signed_unseen(handed_in):
    world, case = handed_in
    signing.take_step(case, "send_back", by=world.coordinator, reason="Mer text.")
    writing.check_facts(
        writing.write(section_of(case, "risk"), "Nytt.", by=world.coordinator), by=world.coordinator
    )
    signing.take_step(fresh(case), "hand_in", by=world.coordinator)
    with pytest.raises(NotReady, match="ändrats efter det senaste utkastet"):
        signing.sign(fresh(case), by=world.physician)


def test_a_correction_is_a_new_edition_with_its_own_figures_and_the_old_one_stays(handed_in):
    world, case = handed_in
    first = world.signed(case)
    world.published(case)
    with time_machine.travel(at(date(2024, 2, 26)), tick=False):
        reason = "Avvikelser skrevs in sent."
        signing.take_step(fresh(case), "correct", by=world.physician, reason=reason)
        later = first.snapshot.cutoff_at.replace(month=2, day=1)
        opening.describe(fresh(case), by=world.coordinator, cutoff_at=later, diary_no="2024-17")
    world.file(date(2023, 12, 30))
    world.drafted(case, date(2024, 2, 26))
    with time_machine.travel(at(date(2024, 2, 27)), tick=False):
        write(case, by=world.coordinator)
        signing.take_step(fresh(case), "hand_in", by=world.coordinator)
    world.drafted(case, date(2024, 2, 27))

    second = world.signed(case, date(2024, 2, 28))

    assert (second.number, second.reason) == ("1.1", "Avvikelser skrevs in sent.")
    assert ["Inkomna avvikelser", "6", "7"] in second.ingredients["signature"]["changes"]
    first.refresh_from_db()
    assert first.snapshot.figures["F09"]["value"] == "6"
    assert freezing.wrong(first.snapshot) == freezing.wrong(second.snapshot) == []


def test_what_was_frozen_is_recounted_and_does_not_change_with_the_registers(handed_in):
    world, case = handed_in
    edition = world.signed(case)
    before = (
        freezing.wrong(edition.snapshot),
        list(edition.snapshot.cells.values_list("value", flat=True)),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET filed_at = filed_at - interval '400 days', version = version + 1 WHERE kind = 'deviation'"
        )
    again = list(edition.snapshot.cells.values_list("value", flat=True))

    assert before == ([], again)
    label = "avvikelse.deviation"
    forgotten = freezing.forget(label, [fact.pk for fact in world.region.ward.filed_cases.all()])
    assert forgotten >= 6
    assert freezing.wrong(edition.snapshot) == []


def test_an_edition_made_anew_is_the_same_bytes_and_its_figures_the_same(
    handed_in, tmp_path, chance
):
    world, case = handed_in
    edition = world.signed(case)
    world.published(case)
    addresses = [
        reverse("public_report", args=[edition.pk]),
        reverse("public_report_file", args=[edition.pk, "json"]),
    ]
    before = [_said(one) for one in addresses]
    world.region.administration.name = "Ett annat namn"
    world.region.administration.save()
    _happens_to_everything(chance)

    said = StringIO()
    call_command("rebuild_annual_report", case.number, out=tmp_path, stdout=said)

    assert "filerna är desamma" in said.getvalue()
    assert {one.name for one in tmp_path.iterdir()} == {
        "1.0-internal.pdf", "1.0-internal.docx", "1.0-public.pdf", "1.0-public.docx",
    }  # fmt: skip
    assert list(freezing.recounted()) == []
    assert [_said(one) for one in addresses] == before
    with pytest.raises(CommandError, match="ingen sådan utgåva"):
        call_command("rebuild_annual_report", case.number, edition="2.0")


def _said(address):
    """What anybody is shown there, but for what is new in each answer."""
    content = Client().get(address).content.decode()
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", content)


def _happens_to_everything(chance):
    """Each deviation that was counted is moved to another year, recoded or erased, past every guard."""
    changes = (
        "UPDATE cases_case SET filed_at = filed_at - interval '400 days', title = 'x' WHERE id = %s",
        "UPDATE avvikelse_deviation SET kind_id = NULL, door = 'complaint' WHERE case_id = %s",
        "DELETE FROM avvikelse_deviation WHERE case_id = %s",
        "DELETE FROM cases_transition WHERE case_id = %s",
    )
    counted = list(Case.objects.of_kind("deviation").order_by("pk").values_list("pk", flat=True))
    assert len(counted) >= 6
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for pk in counted:
            cursor.execute(chance.choice(changes), [pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_a_changed_cell_is_found_out(handed_in):
    _, case = handed_in
    snapshot = case.annual_report.newest.snapshot
    cell = snapshot.cells.filter(dims__figure="F09").first()
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE annual_report_cell SET value = 99 WHERE id = %s", [cell.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    assert len(freezing.wrong(snapshot)) == 2


def test_one_draft_is_made_at_a_time_and_twice_gives_one(handed_in):
    world, case = handed_in
    before = case.annual_report.newest.snapshot
    first = building.order(fresh(case), by=world.coordinator)
    assert building.order(fresh(case), by=world.coordinator) == first
    building.carry_on(first.pk)
    building.carry_on(first.pk)

    assert Build.objects.get(pk=first.pk).files.count() == 2
    assert Snapshot.objects.filter(report=case.annual_report).count() == 3
    assert before.keeps_facts
    assert set(Fact.objects.values_list("snapshot", flat=True)) == {
        Build.objects.get(pk=first.pk).snapshot_id
    }
