"""Reports that people build: built, kept, shared, changed, taken out and removed, on pages and by programs."""

import csv
import io
import json
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.organisation.models import Assignment
from rapporter import registry
from rapporter.builder.actions import keeping
from rapporter.builder.models import ReportShare, SavedReport
from tests.factories import Region, person_as
from tests.made_once import made_once
from tests.matrix.walk import put_away
from tests.rapporter.builder.making import KNOWN, World, build
from tests.rapporter.region_2023 import at
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


_made, made = made_once(lambda: World(others=False))


@pytest.fixture
def world(made):
    with time_machine.travel(at(KNOWN), tick=False):
        yield made


def text_of(answer):
    return answer.content.decode()


def asked(**more):
    return {
        "measure": "filed_deviations", "breakdown": "month", "span": "given",
        "first": "2026-01-01", "last": "2026-12-31", **more,
    }  # fmt: skip


def test_a_report_is_built_shown_and_kept(world):
    client = signed_in(world.region.physician)
    new = reverse("saved_report_new")

    assert "Inkomna avvikelser" in text_of(client.get(new))
    page = text_of(client.get(new, asked()))
    assert "Flest i januari 2026 och maj 2026: 2 var av 5 (40 procent var)." in page
    assert "/matt/filed_deviations/?first=2026-01-01&amp;last=2026-01-31" in page
    given = {**asked(), "picture": "columns", "name": ""}
    unnamed = client.post(f"{new}?measure=filed_deviations", given)
    assert unnamed.status_code == 422
    assert "Ge rapporten ett namn." in text_of(unnamed)
    made = client.post(f"{new}?measure=filed_deviations", {**given, "name": "Månad för månad"})
    row = SavedReport.objects.get()
    assert made.headers["Location"] == row.get_absolute_url()
    shown = text_of(client.get(row.get_absolute_url()))
    measure = registry.of("filed_deviations")
    for said in (
        measure.code_hash,
        measure.date_field,
        "Månad för månad",
        "Flest i januari 2026 och maj",
    ):
        assert said in shown
    assert "Månad för månad" in text_of(client.get(reverse("saved_reports"), {"whose": "mine"}))
    assert "Inga rapporter" in text_of(client.get(reverse("saved_reports"), {"whose": "shared"}))
    assert list(
        Event.objects.filter(object_type="saved_report").values_list("action", flat=True)
    ) == ["saved_report.added"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"breakdown": "occasion"}, "Välj ett giltigt alternativ"),
        ({"picture": "control", "breakdown": "event_class"}, "Så kan måttet inte ritas"),
        ({"first": ""}, "Välj både första och sista dagen."),
        ({"first": "2026-12-31", "last": "2026-01-01"}, "Sista dagen kan inte ligga före"),
        ({"unit": "finns inte"}, "Det finns ingen enhet som heter"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_and_kept(world, given, said):
    answer = signed_in(world.region.physician).get(reverse("saved_report_new"), asked(**given))

    assert answer.status_code == 422
    assert said in text_of(answer)


@pytest.mark.parametrize(
    ("breakdown", "picture", "said"),
    [
        ("week", "control", "Inkomna avvikelser per vecka"),
        ("quarter", "line", "Inkomna avvikelser per kvartal"),
        ("event_class", "", "Inkomna avvikelser efter händelseklass"),
        ("unit", "bars", "Inkomna avvikelser efter enhet"),
    ],
)
def test_every_chart_is_drawn(world, breakdown, picture, said):
    given = asked(breakdown=breakdown, picture=picture)
    page = text_of(signed_in(world.region.physician).get(reverse("saved_report_new"), given))

    assert said in page
    assert '<svg class="plot"' in page


def test_a_shared_report_is_counted_anew_for_whoever_opens_it(world):
    region = world.region
    report = build(region.physician)
    near, far = person_as("unit_manager", region.hospital), person_as("unit_manager", region.desk)
    here = report.get_absolute_url()
    assert signed_in(near).get(here).status_code == 404
    keeping.share(report, by=region.physician, unit=region.hospital, role="unit_manager")

    assert '<b class="num">5</b>' in text_of(signed_in(region.physician).get(here))
    assert '<b class="num">4</b>' in text_of(signed_in(near).get(here))
    assert signed_in(far).get(here).status_code == 404
    # She sees it and may not touch it.
    for name in ("saved_report_change", "saved_report_share", "saved_report_remove"):
        answer = signed_in(near).post(reverse(name, args=[report.pk]), {})
        assert answer.status_code == 403, name
    assert "Ändra" not in text_of(signed_in(near).get(here))
    Assignment.objects.filter(person=near).update(role="reporter")
    assert signed_in(near).get(here).status_code in {403, 404}


def test_a_measure_one_may_not_read_does_not_exist(world):
    infosec = person_as("infosec_coordinator", world.region.administration)
    client = signed_in(infosec)
    report = build(world.region.physician)

    with pytest.raises(NotReady, match="får inte läsa det som räknas"):
        keeping.share(report, by=world.region.physician, person=infosec)
    with pytest.raises(NotReady, match="Rollen"):
        keeping.share(
            report, by=world.region.physician, unit=world.region.root, role="infosec_coordinator"
        )
    ReportShare.objects.create(report=report, person=infosec)
    assert client.get(report.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/saved-reports/{report.pk}/figures/").status_code == 404
    assert report.name not in text_of(client.get(reverse("saved_reports")))
    new = reverse("saved_report_new")
    assert client.get(new, {"measure": "filed_deviations"}).status_code == 404
    assert client.get(new, {"measure": "finns_inte"}).status_code == 404
    assert client.get(new, {"measure": "risk_workshops"}).status_code == 200
    with pytest.raises(NotAllowed):
        build(infosec)


def test_sharing_and_its_end_on_the_page(world):
    region = world.region
    report = build(region.physician)
    client = signed_in(region.physician)
    share = reverse("saved_report_share", args=[report.pk])

    unknown = client.post(share, {"person": "finns inte"})
    assert (unknown.status_code, 'value="finns inte"' in text_of(unknown)) == (422, True)
    both = client.post(share, {"person": region.coordinator.email, "unit": region.ward.code})
    assert "Välj en person, eller en enhet." in text_of(both)
    for _ in range(2):
        client.post(share, {"person": region.coordinator.email})
    one = report.shares.get()
    assert region.coordinator.name in text_of(client.get(report.get_absolute_url()))
    assert report.name in text_of(signed_in(region.coordinator).get(reverse("saved_reports")))
    client.post(share, {"share": one.pk})
    assert not report.shares.exists()
    assert signed_in(region.coordinator).get(report.get_absolute_url()).status_code == 404
    actions = Event.objects.filter(object_type="saved_report").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "saved_report.added", "saved_report.shared", "saved_report.unshared",
    ]  # fmt: skip


def test_a_change_on_an_old_version_is_refused_and_what_was_written_kept(world):
    by = world.region.physician
    report, client = build(by), signed_in(by)
    here = reverse("saved_report_change", args=[report.pk])
    given = {**asked(), "picture": "line", "name": "Nytt namn", "schedule": "weekly", "version": 1}

    assert client.post(here, given).status_code == 302
    report.refresh_from_db()
    assert (report.name, report.picture, report.version) == ("Nytt namn", "line", 2)
    assert report.scheduled_at is not None
    stale = client.post(here, {**given, "name": "Ännu ett"})
    assert stale.status_code == 409
    assert 'value="Ännu ett"' in text_of(stale)
    with pytest.raises(Stale):
        build(by, row=report, version=1)
    with pytest.raises(NotAllowed):
        build(world.region.coordinator, row=report)


def test_a_report_is_removed_for_all(world):
    region = world.region
    report = build(region.physician)
    keeping.share(report, by=region.physician, person=region.coordinator)
    strict = signed_in(region.physician, enforce_csrf_checks=True)
    away = reverse("saved_report_remove", args=[report.pk])

    assert strict.post(away).status_code == 403
    assert signed_in(region.physician).post(away).headers["Location"] == "/rapporter/"
    assert not SavedReport.objects.exists()
    assert Event.objects.filter(action="saved_report.removed").count() == 1


def test_a_file_has_a_cover_that_says_what_was_asked_and_by_which_code(world):
    by, measure = world.region.physician, registry.of("filed_deviations")
    report = build(by, unit=world.region.administration, name="=Årets")
    client = signed_in(by)

    answer = client.get(reverse("saved_report_extract", args=[report.pk, "csv"]))
    cover, heading, *rows = list(
        csv.reader(
            io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"
        )
    )
    told = cover[0]
    for said in (
        "Mått: Inkomna avvikelser", "Period: 1\xa0jan.\xa02026 till 31\xa0dec.\xa02026",
        "Enhet: Digitalisering IT och MT", "Uppdelning: månad", f"Kod: {measure.code_hash}",
        f"Version: {measure.version}", "Som det var känt: 31\xa0jan.\xa02027", measure.definition,
        f"av {by.name}", "uttaget 2027-01-31",
    ):  # fmt: skip
        assert said in told, said
    assert heading == ["Månad", "St"]
    assert (len(rows), sum(float(row[1].replace(",", ".")) for row in rows)) == (12, 5)
    answer = client.get(reverse("saved_report_extract", args=[report.pk, "xlsx"]))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    put_away(answer)
    assert book.sheetnames[1:] == ["Om måttet", "Urval"]
    about = {row[0].value: row[1].value for row in book["Om måttet"]}
    assert about["Kodens kontrollsumma"] == measure.code_hash
    assert about["Definition"] == measure.definition
    assert sum(row[1].value for row in list(book.worksheets[0])[1:]) == 5
    assert Event.objects.filter(action="export.made").count() == 2
    assert client.get(reverse("saved_report_extract", args=[report.pk, "pdf"])).status_code == 302
    listed = client.get(reverse("saved_reports_extract", args=["csv"]))
    assert "=Årets;Inkomna avvikelser;månad;" in b"".join(listed.streaming_content).decode()


def test_a_program_builds_changes_reads_and_removes(world):
    by = world.region.physician
    client = signed_in(by)
    address = "/api/v1/saved-reports/"
    given = {
        "name": "Från ett program", "measure": "filed_deviations", "breakdown": "event_class",
        "picture": "bars", "span": "given", "first": "2026-01-01", "last": "2026-12-31",
    }  # fmt: skip

    def send(method, path, body, **headers):
        return getattr(client, method)(
            path, json.dumps(body), content_type="application/json",
            headers={"Idempotency-Key": f"{method}{path}{len(str(body))}", **headers},
        )  # fmt: skip

    made = send("post", address, given)
    assert made.status_code == 201, made.content
    one = f"{address}{made.json()['id']}/"
    figures = client.get(f"{one}figures/").json()
    assert (figures["total"], figures["divided_by"]) == ("5.0000", "händelseklass")
    assert sum(float(part["value"]) for part in figures["parts"]) == 5
    assert figures["code_hash"] == registry.of("filed_deviations").code_hash
    for part in figures["parts"]:
        answer = client.get(part["rows"])
        assert f'<b class="num">{int(float(part["value"]))}</b>' in text_of(answer)
        query = part["rows"].partition("?")[2]
        rows = client.get(f"/api/v1/figures/filed_deviations/rows/?{query}").json()["results"]
        assert len(rows) == float(part["value"])
    assert send("put", one, given).status_code == 428
    wrong = send("put", one, {**given, "picture": "line"}, **{"If-Match": '"v1"'})
    assert (wrong.status_code, wrong.json()["reasons"]) == (
        409, ["Så kan måttet inte ritas med den uppdelningen."],
    )  # fmt: skip
    changed = send("put", one, {**given, "breakdown": "unit"}, **{"If-Match": '"v1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"v2"')
    assert send("put", one, given, **{"If-Match": '"v1"'}).status_code == 412
    assert [row["id"] for row in client.get(address).json()["results"]] == [made.json()["id"]]
    assert send("delete", one, {}).status_code == 204
    assert client.get(one).status_code == 404


def test_a_program_shares_with_these_and_nobody_else(world):
    region = world.region
    report = build(region.physician, schedule="weekly")
    client = signed_in(region.physician)
    address = f"/api/v1/saved-reports/{report.pk}/shares/"
    person = {"person": region.coordinator.email, "unit": None, "role": ""}
    place = {"person": None, "unit": region.hospital.code, "role": "unit_manager"}

    def put(body, sender=client):
        return sender.put(address, json.dumps(body), content_type="application/json")

    assert client.get(address).json() == []
    for _ in range(2):
        answer = put([{"person": person["person"]}, {"unit": place["unit"], "role": place["role"]}])
        assert (answer.status_code, answer.json()) == (200, [person, place]), answer.content
    assert client.get(address).json() == [person, place]
    shown = signed_in(region.coordinator).get(f"/api/v1/saved-reports/{report.pk}/")
    assert shown.json()["next_at"][11:16] == "07:00"
    assert "nästa gång" in text_of(client.get(report.get_absolute_url()))

    both = put([place, {**person, "unit": place["unit"]}])
    assert (both.status_code, both.json()["reasons"]) == (409, ["Välj en person, eller en enhet."])
    blind = put([{"person": region.reporter.email}])
    assert blind.json()["reasons"] == [f"{region.reporter.name} får inte läsa det som räknas."]
    assert put([{"unit": "finns-inte"}]).status_code == 400
    other = signed_in(region.coordinator)
    assert (other.get(address).status_code, put([], sender=other).status_code) == (403, 403)
    assert client.get(address).json() == [person, place]

    assert put([place]).json() == [place]
    assert other.get(address).status_code == 404
    actions = Event.objects.filter(object_type="saved_report").order_by("pk")
    assert list(actions.values_list("action", "via"))[1:] == [
        ("saved_report.shared", "api"), ("saved_report.shared", "api"),
        ("saved_report.unshared", "api"),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_the_database_as_much_for_one_row_as_for_three(count, world):
    by = world.region.physician
    for number in range(count):
        report = build(by, name=f"Rapport {number}", unit=world.region.administration)
        for place in [world.region.ward, world.region.sibling, world.region.desk][:count]:
            keeping.share(report, by=by, unit=place)
    client = signed_in(by)

    def statements(address):
        client.get(address)
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    assert {
        "list": statements(reverse("saved_reports")),
        "one": statements(report.get_absolute_url()),
        "api": statements("/api/v1/saved-reports/"),
    } == {"list": 18, "one": 10, "api": 7}


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("saved_report_has_a_name", {"name": " "}),
        ("saved_report_name_printable", {"name": "a\u202eb"}),
        ("saved_report_has_its_days", {"first": None}),
        ("saved_report_has_its_days", {"span": "this_year"}),
        ("saved_report_scheduled_since", {"schedule": "weekly"}),
    ],
)
def test_the_database_holds_a_report_to_its_facts(constraint, wrong):
    report = build(Region().physician, last=date(2026, 2, 1))

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SavedReport.objects.filter(pk=report.pk).update(**wrong)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("report_share_with_a_person_or_a_unit", {"person": True, "unit": True}),
        ("report_share_with_a_person_or_a_unit", {}),
        ("report_share_once_per_person", {"person": True}),
        ("report_share_once_per_unit_and_role", {"unit": True}),
    ],
)
def test_the_database_holds_a_share_to_its_facts(constraint, wrong):
    region = Region()
    report = build(region.physician)
    keeping.share(report, by=region.physician, person=region.coordinator)
    keeping.share(report, by=region.physician, unit=region.ward)
    one = {"person": region.coordinator, "unit": region.ward}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReportShare.objects.create(report=report, **{name: one[name] for name in wrong})


def test_the_way_back_from_one_part_is_to_all_measures_whole(world):
    client = signed_in(world.region.physician)
    page = reverse("figure", args=["filed_deviations"])
    told = {"first": "2026-01-01", "last": "2026-03-31", "breakdown": "event_class"}

    answer = client.get(page, {**told, "value": "it.outage"})
    assert "händelseklass: " in text_of(answer)
    assert '<b class="num">2</b> st kvartal 1 2026, händelseklass' in text_of(answer)
    assert 'href="/matt/?first=2026-01-01&amp;last=2026-03-31"' in text_of(answer)
    assert client.get(page, {**told, "breakdown": "finns_inte"}).status_code == 422
    assert client.get(page, {"first": "2026-01-01"}).status_code == 422
