"""The register of measures: a key is one measure, changed code is a new version, bad questions are told."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core import checks
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patientsakerhet.lib.calendar import SWEDEN
from patientsakerhet.organisation.models import Role
from rapporter import checks as own_checks
from rapporter import registry
from rapporter.forms.asking import AskingForm
from rapporter.registry import Asked, Disclosure, UnknownMeasure
from tests.factories import person_as
from tests.information_security.making import World
from tests.year_registers.making import Year


def test_every_measure_says_what_it_counts():
    measures = registry.registered()

    assert len(measures) >= 15
    for one in measures:
        assert len(one.definition) > 30, one.key
        assert one.definition.endswith("."), one.key
        assert all((one.date_field, one.section, one.needs, one.columns)), one.key
        by_provider = one.key in {"private_deviations", "municipal_deviations"}
        assert (one.disclosure == Disclosure.BREAKDOWN) == by_provider, one.key
        assert ("{}" in one.name) == (one.family is not None), one.key
    assert len({one.key for one in measures}) == len(measures)


def test_the_code_of_every_measure_is_the_one_its_version_was_written_down_with():
    assert registry.unversioned() == []
    assert own_checks.measures_keep_their_versions(None) == []


def test_changed_code_under_an_old_version_stops_the_start(monkeypatch):
    one = registry.of("patient_meetings")
    other = registry.of("risk_workshops")
    changed = replace(one, rows=other.rows)
    monkeypatch.setitem(registry._registered.measures, one.key, changed)
    assert changed.code_hash != one.code_hash

    [found] = own_checks.measures_keep_their_versions(None)

    assert (found.id, found.level) == ("rapporter.E001", checks.ERROR)
    assert found.msg.startswith("patient_meetings: koden är en annan")
    monkeypatch.setitem(registry._registered.measures, one.key, replace(one, version=2))
    assert registry.unversioned() == ["patient_meetings: version 2 står inte i versions.toml."]


def test_layout_and_words_do_not_change_the_code():
    def first(asked):
        """One thing."""
        return asked.rows  # a comment

    other = '''
    def first(asked):
        """Another thing."""
        return (
            asked.rows
        )
    '''
    assert registry._code(first) == "def first(asked):\n    return asked.rows"
    assert registry._told(other) == registry._code(first)


def test_a_key_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        registry.register(registry.of("reidar"))


def test_a_key_that_nobody_has_registered_is_no_measure(db):
    for key in ("finns_inte", "programme_classifications.okänt", "classifications.sdv", ""):
        with pytest.raises(UnknownMeasure):
            registry.of(key)


def test_a_period_that_goes_on_ends_today():
    asked = Asked(
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        as_of=datetime(2026, 3, 4, 23, 30, tzinfo=SWEDEN),
    )

    assert asked.day == date(2026, 3, 4)
    assert replace(asked, last=date(2025, 12, 31)).day == date(2025, 12, 31)


@pytest.mark.django_db
def test_nothing_asked_is_this_year_and_all_that_is_known():
    form = AskingForm({})
    assert form.is_valid()
    asked = form.asked(None)

    assert (asked.first.month, asked.first.day, asked.last.month) == (1, 1, 12)
    assert (asked.unit, asked.by) == (None, None)
    assert not AskingForm({"year": "1066"}).is_valid()
    assert not AskingForm({"unit": "finns inte"}).is_valid()


@pytest.mark.django_db
def test_bad_questions_are_told_and_unknown_measures_are_not_there():
    client = Client()
    year = Year()
    client.force_login(year.keeper, backend="django.contrib.auth.backends.ModelBackend")

    wrong = client.get(reverse("figures"), {"unit": "finns inte", "year": "2023"})
    assert wrong.status_code == 422
    assert "Det finns ingen enhet som heter" in wrong.content.decode()
    assert client.get(reverse("figure", args=["reidar"]), {"year": "x"}).status_code == 422
    assert client.get(reverse("figure", args=["finns_inte"])).status_code == 404
    back = client.get(reverse("figure_extract", args=["reidar", "pdf"]), {"year": "2023"})
    assert back.headers["Location"] == "/matt/reidar/?year=2023"


@pytest.mark.django_db
def test_the_pages_ask_the_database_as_much_for_one_row_as_for_three():
    year = Year()
    world = World(year.region)
    client = Client()
    reader = person_as(Role.CHIEF_PHYSICIAN, year.region.root)
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")

    def statements(address):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
            assert answer.status_code == 200
        return len(asked)

    client.get(reverse("figures"))  # what is read once for all pages
    for more in (1, 2):
        for _ in range(more):
            year.keys()
            world.decided(world.ordered(system=world.another_system()))
        asked = {
            "figures": statements(reverse("figures")),
            "classifications": statements(reverse("figure", args=["classifications"])),
            "risk_workshops": statements(reverse("figure", args=["risk_workshops"])),
        }
        assert asked == {"figures": 40, "classifications": 10, "risk_workshops": 10}
