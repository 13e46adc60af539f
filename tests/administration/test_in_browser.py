"""The rooms of the settings in a real browser: nothing for axe to say, nothing to scroll sideways to, with and without scripts."""

import pytest
from django.urls import reverse

from patientsakerhet.exchange import runs
from patientsakerhet.organisation.models import Absence, Unit
from tests.administration.conftest import worked
from tests.administration.test_organisation_pages import TODAY, fill
from tests.factories import make_person
from tests.journeys.browser import ORIGIN, answer_with, sideways, violations
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db(databases=["default", "trail"])


@pytest.fixture
def filled(region, admin, try_out):
    """A little of everything, so that each page has rows to show."""
    fill(region, range(3))
    anna = make_person("Anna Berg", email="anna@exempel.se", home_unit=region.ward)
    Absence.objects.create(person=anna, first_day=TODAY(), last_day=TODAY())
    Absence.objects.create(person=admin, first_day=TODAY(), last_day=TODAY(), substitute=anna)
    run = try_out("units", f"Kod;Namn;Överordnad kod\na;A;saknas\nb;B;{region.root.code}\n")
    return {"anna": anna, "run": run}


def open_as(page, person):
    answer_with(page, signed_in(person))


@pytest.mark.thorough  # with rows of its own; the look at every page looks at each
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_every_page_is_content(width, dark, filled, region, admin, browser_tab):
    # So high that the dock at the foot covers nothing of what is looked at.
    page = browser_tab(width=width, height=6000, dark=dark)
    open_as(page, admin)
    wrong = {}
    for name, args in (
        ("settings", []),
        ("units", []),
        ("unit", [region.ward.code]),
        ("new_unit", []),
        ("people", []),
        ("person", [filled["anna"].pk]),
        ("roles", []),
        ("absences", []),
        ("providers", []),
        ("files", []),
        ("import_new", ["people"]),
        ("imports", []),
        ("import_run", [filled["run"].pk]),
        ("own_absence", []),
    ):
        page.goto(ORIGIN + reverse(name, args=args))
        for fold in page.locator("main details.more > summary").all():
            fold.click()
        if found := [*violations(page), *(["sideways"] if sideways(page) > 0 else [])]:
            wrong[name] = found

    assert not wrong, wrong


def test_a_file_is_read_in_without_scripts(region, admin, browser_tab, try_out):
    run = try_out("units", f"Kod;Namn;Överordnad kod\nny-1;Avdelning 9;{region.root.code}\n")
    page = browser_tab(scripts=False)
    open_as(page, admin)
    page.goto(ORIGIN + run.get_absolute_url())
    page.get_by_text("Ingenting är ändrat än").wait_for()
    page.get_by_role("button", name="Läs in").click()
    page.get_by_role("link", name="Visa hur långt det har kommit").wait_for()

    worked(run)
    page.get_by_role("link", name="Visa hur långt det har kommit").click()

    page.get_by_text("Så blev det").wait_for()
    assert Unit.objects.filter(code="ny-1").exists()


def test_the_page_follows_the_reading_by_itself(region, admin, browser_tab):
    content = f"Kod;Namn;Överordnad kod\nny-1;Avdelning 9;{region.root.code}\n".encode()
    run = runs.upload("units", "enheter.csv", content, by=admin)
    page = browser_tab()
    open_as(page, admin)
    page.goto(ORIGIN + run.get_absolute_url())
    page.get_by_text("Filen läses.").wait_for()

    worked(run)

    page.get_by_text("Ingenting är ändrat än").wait_for(timeout=15_000)
