"""A report in review is signed by somebody who shows who she is, read by anybody, and told the year after."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from patientsakerhet.documents.content import Drawing
from rapporter.annual_report.actions import building, signing
from rapporter.annual_report.contents import contents
from rapporter.annual_report.ingredients import frozen_of
from rapporter.annual_report.models import BuildFile
from rapporter.annual_report.publishing import INTERNAL, PUBLIC
from rapporter.annual_report.setting import document
from tests.factories import fresh
from tests.made_once import made_once
from tests.rapporter.annual_report.making import World
from tests.rapporter.annual_report.test_years import AT, as_told
from tests.rapporter.region_2023 import at
from tests.risk_analysis.test_api import Api
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

PASSWORD = "ett långt lösenord 12"


def _in_review():
    world = World(before=3)
    for day in (1, 2):
        world.file(date(2023, 5, day), unit=world.region.private)
    text = "Privata skrev {{F16}}, {{F16|procent}}; {{F09}} i allt."
    return world, world.in_review(world.started(), sammanfattning=text)


_made, in_review = made_once(_in_review)


def test_signing_asks_who_one_is_and_the_edition_is_read_by_anybody(in_review):
    world, case = in_review
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
    styled = {(one.style.name, one.text) for one in _paragraphs(word.content)}
    assert ("Heading 1", "Sammanfattning") in styled
    told = json.loads(anybody.get(reverse("public_report_file", args=[edition.pk, "json"])).content)
    (months,) = [
        table for one in told["sections"] for table in one["tables"] if table["key"] == "D1"
    ]
    assert months["values"][-1] == ["*", 3, 8]
    assert months["values"][3] == ["04", 3, 6]
    _what_is_small_is_hidden(page.content.decode(), edition.builds.get(), case, world)


def _what_is_small_is_hidden(public, build, case, world):
    """In public, and shown within."""
    within = (
        signed_in(world.coordinator)
        .get(reverse("annual_report_draft", args=[case.number, build.pk]))
        .content.decode()
    )

    assert "Privata skrev färre än fem, färre än fem; 8 i allt." in public
    assert "&lt;5" in public
    assert "visas inte" in public
    assert "Privata skrev 2, från 0 till 2; 8 i allt." in within
    assert "små tal är inte dolda" in within
    internal, hidden = (
        "\n".join(
            one.text for one in _paragraphs(build.files.get(audience=audience, form="docx").content)
        )
        for audience in (BuildFile.Audience.INTERNAL, BuildFile.Audience.PUBLIC)
    )
    assert "färre än fem" not in internal
    assert "färre än fem" in hidden


def _paragraphs(content):
    return docx.Document(BytesIO(bytes(content))).paragraphs


def test_a_key_signs_nothing_and_publishes_what_is_signed(in_review):
    world, case = in_review
    by = Api(world.physician, "annual-reports")

    refused = by.act(case, "step", {"step": "sign"})
    assert (refused.status_code, "visar vem hon är" in refused.json()["reasons"][0]) == (409, True)
    assert fresh(case).status == "review"

    world.signed(case)
    published = by.act(case, "step", {"step": "publish"})
    assert published.status_code == 200, published.content
    (edition,) = published.json()["editions"]
    assert edition["address"] == f"/berattelser/{case.annual_report.editions.get().pk}/"


def test_former_years_come_from_their_editions_and_are_shown_once(in_review):
    world, before = in_review
    with time_machine.travel(at(date(2024, 2, 20)), tick=False):
        signing.sign(fresh(before), by=world.physician)
    world.file(date(2024, 5, 1))
    build = world.started(date(2025, 2, 1), year=2024).annual_report.builds.get()
    frozen = frozen_of(build.snapshot)
    told = frozen.figures["F09"]["former"]
    assert {year: (one["told"], one["now"], one["why"]) for year, one in told.items()} == {
        "2023": ("8", "8", "")
    }
    assert not [
        one
        for one in contents(build.ingredients, frozen, INTERNAL).tables
        if one.key == "ar-for-ar"
    ]

    longer = {
        name: {**kept, "former": {"2022": as_told(kept, "4"), **kept["former"]}}
        for name, kept in frozen.figures.items()
    }
    said = contents(build.ingredients, replace(frozen, figures=longer), INTERNAL)
    public = contents(build.ingredients, replace(frozen, figures=longer), PUBLIC)

    rows = [row for one in said.tables if one.key == "ar-for-ar" for row in one.rows]
    assert [row[0] for row in rows].count("Inkomna avvikelser") == 1
    assert next(row for row in rows if row[0] == "Inkomna avvikelser") == [
        "Inkomna avvikelser", "4", "8", "1",
    ]  # fmt: skip
    drawn = [one for one in document(said, at=AT).blocks if isinstance(one, Drawing)]
    assert any("Inkomna avvikelser: 4, 8, 1." in one.alt for one in drawn)
    protected = {kept["name"] for kept in longer.values() if kept["disclosure"] == "B"}
    told = {row[0] for one in public.tables if one.key == "ar-for-ar" for row in one.rows}
    assert protected
    assert not protected & told
