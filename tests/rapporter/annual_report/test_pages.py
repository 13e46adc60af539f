"""The pages of a report: written, drafted, signed by somebody who shows who she is, read by anybody."""

import json
from datetime import date
from io import BytesIO

import docx
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rapporter.annual_report.actions import building
from rapporter.annual_report.models import BuildFile
from rapporter.annual_report.views.head import GUARDS
from rapporter.annual_report.workflow import WORKFLOW
from tests.factories import fresh
from tests.rapporter.annual_report.making import World, section_of
from tests.rapporter.region_2023 import at

pytestmark = pytest.mark.django_db

PASSWORD = "ett långt lösenord 12"


@pytest.fixture
def world():
    return World(before=3)


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_report_is_started_written_and_drafted_on_its_pages(world):
    client = signed_in(world.coordinator)
    unit = world.region.administration
    wrong = client.post(reverse("annual_report_new"), {"unit": unit.name, "year": "i fjol"})
    assert wrong.status_code == 422
    began = client.post(reverse("annual_report_new"), {"unit": unit.name, "year": "2023"})
    case = unit.owned_cases.get(kind="annual_report")
    assert began["Location"] == case.get_absolute_url()
    building.sweep()

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


def test_the_list_is_taken_out_as_it_is_narrowed(world):
    case = world.started()
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


def test_signing_asks_who_one_is_and_the_edition_is_read_by_anybody(world):
    case = world.in_review(
        world.started(), sammanfattning="{{F16}} kom från privata, {{F16|procent}}."
    )
    world.physician.set_password(PASSWORD)
    world.physician.save()
    client = signed_in(world.physician)
    sign = reverse("annual_report_sign", args=[case.number])

    with time_machine.travel(at(date(2024, 2, 20))):
        unsure = client.post(sign, {"version": case.version})
        assert unsure.status_code == 302
        assert reverse("account_reauthenticate") in unsure["Location"]
        assert fresh(case).status == "review"
        proven = client.post(unsure["Location"], {"password": PASSWORD})
        assert proven["Location"] == reverse("annual_report_drafts", args=[case.number])
        building.sweep()
        step = reverse("annual_report_step", args=[case.number, "publish"])
        anybody = Client()
        (edition,) = fresh(case).annual_report.editions.all()
        address = reverse("public_report", args=[edition.pk])
        assert anybody.get(address).status_code == 404
        assert client.post(step, {"version": fresh(case).version}).status_code == 302

    page = anybody.get(address)
    assert page.status_code == 200
    assert "Utgåva 1.0" in page.content.decode()
    assert anybody.get(reverse("public_reports")).content.decode().count("utgåva 1.0") == 1
    word = anybody.get(reverse("public_report_file", args=[edition.pk, "docx"]))
    styled = {(one.style.name, one.text) for one in docx.Document(BytesIO(word.content)).paragraphs}
    assert ("Heading 1", "Sammanfattning") in styled
    told = json.loads(anybody.get(reverse("public_report_file", args=[edition.pk, "json"])).content)
    (months,) = [
        table for one in told["sections"] for table in one["tables"] if table["key"] == "D1"
    ]
    assert months["values"][-1] == ["*", 3, 6]
    assert months["values"][3] == ["04", 3, 6]


def test_what_is_small_is_hidden_in_public_and_shown_within(world):
    for day in (1, 2):
        world.file(date(2023, 5, day), unit=world.region.private)
    case = world.in_review(
        world.started(), sammanfattning="Privata skrev {{F16}}, {{F16|procent}}; {{F09}} i allt."
    )
    edition = world.signed(case)
    world.published(case)

    public = Client().get(reverse("public_report", args=[edition.pk])).content.decode()
    within = (
        signed_in(world.coordinator)
        .get(reverse("annual_report_draft", args=[case.number, edition.builds.get().pk]))
        .content.decode()
    )

    assert "Privata skrev färre än fem, färre än fem; 8 i allt." in public
    assert "&lt;5" in public
    assert "visas inte" in public
    assert "Privata skrev 2, från 0 till 2; 8 i allt." in within
    assert "små tal är inte dolda" in within
    internal, hidden = (
        edition.builds.get().files.get(audience=audience, form="docx")
        for audience in (BuildFile.Audience.INTERNAL, BuildFile.Audience.PUBLIC)
    )
    assert "färre än fem" not in _text(internal)
    assert "färre än fem" in _text(hidden)


def test_the_pages_ask_as_much_however_much_there_is(world):
    case = world.started()
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
            client.get(page)
            with CaptureQueriesContext(
                connection,
            ) as asked_for:
                assert client.get(page).status_code == 200
            found.append(len(asked_for))
        return found

    first = asked()
    world.drafted(case)
    world.started(day=date(2023, 2, 1), year=2022)
    section_of(case, "agera")
    assert asked() == first


def _text(row):
    return "\n".join(one.text for one in docx.Document(BytesIO(bytes(row.content))).paragraphs)
