"""The pages of a report that is started, written and drafted, and what a draft tells of its texts."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotReady
from rapporter.annual_report import taken_out
from rapporter.annual_report.actions import building, writing
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.publishing import INTERNAL
from rapporter.annual_report.views.head import GUARDS
from rapporter.annual_report.workflow import WORKFLOW
from tests.factories import fresh
from tests.made_once import made_once
from tests.rapporter.annual_report.making import World, section_of
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def _started():
    world = World(before=3)
    return world, world.started()


_made, started = made_once(_started)


def test_a_report_is_started_on_its_page(started):
    world, other = started
    client = signed_in(world.coordinator)
    unit = world.region.administration
    wrong = client.post(reverse("annual_report_new"), {"unit": unit.name, "year": "i fjol"})
    assert wrong.status_code == 422
    began = client.post(reverse("annual_report_new"), {"unit": unit.name, "year": "2022"})
    case = unit.owned_cases.exclude(pk=other.pk).get(kind="annual_report")
    assert began["Location"] == case.get_absolute_url()
    assert case.annual_report.builds.get().state == "waiting"


def test_a_report_is_written_and_drafted_on_its_pages(started):
    world, case = started
    client = signed_in(world.coordinator)
    page = client.get(case.get_absolute_url())
    assert "saknar text" in page.content.decode()
    address = reverse("annual_report_section", args=[case.number, "agera"])
    shown = client.get(address)
    assert "{{F09}}" in shown.content.decode()
    saved = client.post(
        address, {"text": "Det kom {{F09}} avvikelser och 2 svar.", "version": shown.context["section"].version}
    )  # fmt: skip
    assert saved.status_code == 302
    again = client.get(address)
    assert 'Det kom <span class="fig">6</span> avvikelser och 2 svar.' in again.content.decode()
    (number,) = [value for value, _ in again.context["confirm"].fields["numbers"].choices]
    act = reverse("annual_report_section_act", args=[case.number, "agera", "faktagranska"])
    refused = client.post(act, {"version": 2})
    assert refused.status_code == 409
    assert "Bekräfta först" in refused.content.decode()
    client.post(
        reverse("annual_report_section_act", args=[case.number, "agera", "bekrafta"]),
        {"bekrafta-numbers": number, "bekrafta-version": 2},
    )
    assert client.post(act, {"version": 3}).status_code == 302
    stale = client.post(address, {"text": "Sent", "version": 1})
    assert stale.status_code == 409
    assert "Sent" in stale.content.decode()

    client.post(reverse("annual_report_draft_new", args=[case.number]))
    building.sweep()
    drafts = client.get(reverse("annual_report_drafts", args=[case.number]))
    newest = drafts.context["drafts"][0]
    draft = client.get(reverse("annual_report_draft", args=[case.number, newest.pk]))
    assert "<ins>" in draft.content.decode()
    for form, starts in (
        ("pdf", b"%PDF-"),
        ("docx", b"PK"),
        ("csv", b"\xef\xbb\xbf"),
        ("json", b"{"),
    ):
        found = client.get(reverse("annual_report_file", args=[case.number, newest.pk, form]))
        assert found.content.startswith(starts)
    said = client.post(
        reverse("annual_report_say", args=[case.number]),
        {"skriv-audience": "internal", "skriv-text": "Fint skrivet."},
    )
    assert said.status_code == 302
    assert (
        "Fint skrivet."
        in client.get(reverse("annual_report_talk", args=[case.number])).content.decode()
    )


def test_the_list_is_taken_out_as_it_is_narrowed(started):
    world, case = started
    client = signed_in(world.coordinator)
    page = client.get(reverse("annual_reports"), {"year": "2023"}).content.decode()
    assert f"{reverse('annual_reports_extract', args=['csv'])}?year=2023" in page

    taken, other = (
        client.get(reverse("annual_reports_extract", args=["csv"]), {"year": year})
        for year in ("2023", "2022")
    )
    text = b"".join(taken.streaming_content).decode("utf-8-sig")
    assert f"{case.number};2023;{world.region.administration.name};Skrivs" in text
    assert case.number not in b"".join(other.streaming_content).decode("utf-8-sig")


def test_what_each_step_asks_for_has_a_place_where_it_is_done():
    asked = {guard.__name__ for step in WORKFLOW.steps for guard in step.guards}

    assert asked == set(GUARDS)


def test_a_sign_no_typeface_has_is_named_before_a_draft_is_made(started):
    world, case = started
    text = "Vi är nöjda 🦠."
    writing.write(section_of(case, "agera"), text, by=world.coordinator)

    with pytest.raises(NotReady, match=r"Avsnittet AGERA FÖR SÄKER VÅRD har ett tecken .*U\+1F9A0"):
        building.order(fresh(case), by=world.coordinator)

    assert case.annual_report.builds.count() == 1
    assert section_of(case, "agera").text == text


def test_a_chosen_word_is_kept_told_in_the_history_and_taken_out_with_the_tables(started):
    world, case = started
    section = section_of(case, "agera")
    text = "Det kom {{F09}}, {{F09|säg en ökning|Två enheter började skriva i maj.}}"
    with pytest.raises(NotReady, match=r"Skriv varför du väljer ett annat ord: \{\{F09\|säg en"):
        writing.write(section, "Det kom {{F09|säg en ökning}}.", by=world.coordinator)

    section = writing.write(section, text, by=world.coordinator)
    writing.write(section, f"{text} Mer.", by=world.coordinator)

    told = [
        (one.payload.body or {}).get("chosen")
        for one in Event.objects.with_body()
        .filter(action="annual_report.written", case_id=case.pk)
        .order_by("pk")
    ]
    assert told == ["F09: ”en ökning” därför att Två enheter började skriva i maj.", None]
    build = world.drafted(case)
    said = contents(build.ingredients, frozen_of(build.snapshot), INTERNAL)
    (part,) = [one for one in said.parts if one.key == "agera"]
    (table,) = [one for one in part.tables if one.key == "ordval"]
    _, word, interval, reason = table.rows[0]
    assert (word, reason) == ("en ökning", "Två enheter började skriva i maj.")
    assert interval.startswith("från 3 till 6; 95\u00a0%-intervall ")
    assert f"en ökning ({interval}; ordet är författarens val)" in part.paragraphs[0]
    for form in ("csv", "json"):
        content = taken_out.answer(said, form, name="x").content.decode()
        assert "Två enheter började skriva i maj." in content, form


def test_the_pages_ask_as_much_however_much_there_is(started):
    world, case = started
    client = signed_in(world.coordinator)
    pages = [
        case.get_absolute_url(),
        reverse("annual_report_section", args=[case.number, "agera"]),
        reverse("annual_report_drafts", args=[case.number]),
        reverse("annual_report_talk", args=[case.number]),
        reverse("annual_reports"),
    ]

    def asked():
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked_for:
                assert client.get(page).status_code == 200
            found.append(len(asked_for))
        return found

    for page in pages:
        client.get(page)  # what is read once for all pages
    first = asked()
    world.drafted(case)
    world.started(day=date(2023, 2, 1), year=2022)
    section_of(case, "agera")
    assert asked() == first
