"""One-click sign-in: only in a demonstration, only as its people."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import override_settings
from django.urls import path

from patientsakerhet.organisation.models import Role
from patientsakerhet.sign_in import demonstration, views
from patientsakerhet.sign_in.demonstration import Guest, guests_from
from patientsakerhet.urls import urlpatterns as product
from tests.factories import Region, make_person
from tests.journeys.browser import BY_WIDTH, ORIGIN, answer_with, picture, sideways, violations
from tests.sign_in.conftest import traces

urlpatterns = [path("konto/demo/", views.demonstration), *product]


@pytest.fixture
def demo(db, monkeypatch):
    monkeypatch.setattr(demonstration, "_ask", demonstration.everybody)
    with override_settings(ROOT_URLCONF=__name__, DEMO=True):
        yield Region()


def test_everybody_with_an_assignment_can_be_chosen(demo, client):
    page = client.get("/konto/demo/").content.decode()

    assert demo.coordinator.name in page
    assert "patientsäkerhetssamordnare, Digitalisering IT och MT" in page


def test_one_click_signs_in_and_leaves_a_trace(demo, client):
    answer = client.post("/konto/demo/", {"person": demo.coordinator.pk, "next": "/koordinering/"})

    assert answer["Location"] == "/koordinering/"
    assert client.session[SESSION_KEY] == str(demo.coordinator.pk)
    assert traces() == [("change", "sign_in.done")]


@pytest.mark.parametrize("chosen", ["", "0", "abc", "9" * 30])
def test_nobody_else_can_be_chosen(demo, client, chosen):
    assert client.post("/konto/demo/", {"person": chosen}).status_code == 404
    assert SESSION_KEY not in client.session


def test_somebody_without_a_part_in_it_cannot_be_chosen(demo, client):
    outsider = make_person()

    assert client.post("/konto/demo/", {"person": outsider.pk}).status_code == 404


def test_the_demonstration_may_choose_its_company(demo, client):
    guests_from(lambda: [Guest(demo.physician, Role.CHIEF_PHYSICIAN.label, "Signera ett avsnitt.")])
    page = client.get("/konto/demo/").content.decode()

    assert "Prova: Signera ett avsnitt." in page
    assert demo.coordinator.name not in page


def test_nobody_is_led_to_another_site(demo, client):
    answer = client.post("/konto/demo/", {"person": demo.coordinator.pk, "next": "//elak.example/"})

    assert answer["Location"] == "/"


@override_settings(ROOT_URLCONF=__name__, DEMO=False)
def test_outside_a_demonstration_it_does_not_exist(db, client):
    assert client.get("/konto/demo/").status_code == 404
    assert client.post("/konto/demo/", {"person": "1"}).status_code == 404


@pytest.mark.journey
@pytest.mark.parametrize("width", BY_WIDTH)
def test_the_page_is_accessible(demo, client, browser_tab, width):
    page = browser_tab(width=width)
    answer_with(page, client)
    page.goto(f"{ORIGIN}/konto/demo/")
    picture(page, f"demonstration-{width}")

    assert violations(page) == []
    assert sideways(page) <= 0
