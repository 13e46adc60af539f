"""A classification from the order to the gap list, three people in one browser, axe content on the way."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from patientsakerhet.cases.models import Case
from tests.factories import fresh
from tests.information_security.making import World
from tests.information_security.test_impact import Impact
from tests.journeys.browser import (
    ORIGIN,
    SHADES,
    answer_with,
    browser_tab,
    chromium,
    content,
)

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


class Tab:
    """Somebody's own tab."""

    def __init__(self, person, browser_tab, *, dark):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.page = browser_tab(dark=dark)
        answer_with(self.page, client)

    def go(self, name, *args):
        self.page.goto(f"{ORIGIN}{reverse(name, args=args)}")

    def press(self, label, said=""):
        self.page.get_by_role("button", name=label, exact=True).first.click()
        if said:
            self.page.get_by_text(said).first.wait_for()

    def content(self, name):
        """Nothing is wrong with the page as it stands."""
        content(self.page, name)


@pytest.mark.long
@pytest.mark.parametrize("dark", SHADES)
def test_from_the_order_to_the_gap_list(dark, browser_tab):
    world = World()
    lead, owner = (Tab(one, browser_tab, dark=dark) for one in (world.lead, world.owner))
    shade = "dark" if dark else "light"

    lead.go("classification_order")
    lead.page.get_by_label("IT-system").fill(world.system.name)
    lead.page.get_by_label("nytt system").check()
    lead.content(f"classification-order-{shade}")
    lead.press("Beställ klassningen", "ägaren tillfrågad")
    case = Case.objects.get(kind="information_classification")

    owner.go("classification", case.number)
    owner.page.get_by_label("Vilken information").fill("Journaler om patienter.")
    for group in ("Konfidentialitet", "Riktighet", "Tillgänglighet", "Spårbarhet"):
        box = owner.page.get_by_role("group", name=group).first
        box.get_by_label("3 Allvarlig").check()
        owner.page.get_by_label(f"Skäl, {group.lower()}").fill("Patienter kan skadas.")
    owner.content(f"classification-levels-{shade}")
    owner.press("Spara klassningen", "Sparat.")
    owner.go("classification_input", case.number)
    owner.page.locator("#deltagare").get_by_label("Namn").fill("Olle Ägare")
    owner.page.locator("#deltagare").get_by_label("Roll").fill("informationsägare")
    owner.press("Lägg till deltagaren", "Deltagaren är tillagd.")
    owner.press("Lämna klassningen", "Klassning lämnad.")

    lead.go("classification_input", case.number)
    choice = lead.page.get_by_label("Informationssäkerhetssamordnare").first
    choice.select_option(label=world.lead.name)
    lead.page.locator("#forvaltningar form button", has_text="Utse").first.click()
    lead.page.get_by_text("Samordnaren är utsedd.").wait_for()
    for row in case.information_classification.inputs.filter(item__is_required=True):
        item = lead.page.locator("#underlag li", has_text=row.item.label).first
        item.locator("summary").click()
        item.get_by_label("finns", exact=True).check()
        item.locator("form button").click()
        lead.page.get_by_text("Sparat.").wait_for()
    lead.content(f"classification-input-{shade}")
    lead.press("Börja riskbedömningen", "Riskbedömning.")
    lead.page.get_by_label("Vad kan hända?").fill("Någon obehörig läser")
    lead.page.get_by_label("Allvarlighetsgrad", exact=True).select_option("3")
    lead.page.get_by_label("Sannolikhet", exact=True).select_option("2")
    lead.page.get_by_label(re.compile("^Förslag")).select_option("accept")
    lead.page.get_by_label("Skäl till förslaget").fill("Loggarna granskas.")
    lead.press("Lägg till risken", "Risken är sparad.")
    lead.content(f"classification-risks-{shade}")
    lead.press("Lämna till beslut", "Väntar på beslut.")

    owner.go("classification_decision", case.number)
    owner.page.get_by_label("riskerna accepteras", exact=True).check()
    owner.page.get_by_label("Skäl", exact=True).fill("Riskerna är små.")
    owner.content(f"classification-decision-{shade}")
    owner.press("Besluta", "Klassningen gäller.")

    lead.go("classification_gaps")
    lead.page.get_by_role("link", name=world.system.name).wait_for()
    expect(lead.page.locator("table")).to_contain_text("K3 R3 T3", use_inner_text=True)
    lead.content(f"classification-gaps-{shade}")
    assert fresh(case).status == "decided"


@pytest.mark.parametrize("dark", SHADES)
def test_an_impact_assessment_from_screening_to_decision(dark, browser_tab):
    world = Impact()
    lead, owner = (Tab(one, browser_tab, dark=dark) for one in (world.lead, world.owner))
    shade = "dark" if dark else "light"

    lead.go("impact_new")
    lead.page.get_by_label("Behandling", exact=True).fill("Journalföring i nya systemet")
    lead.page.get_by_label("IT-system").fill(world.system.name)
    lead.page.get_by_label("Ansvarig för behandlingen").fill(world.owner.email)
    lead.content(f"impact-new-{shade}")
    lead.press("Börja", "Konsekvensbedömningen är påbörjad.")
    case = Case.objects.get(kind="impact_assessment")
    for group in lead.page.locator("#provning [role=radiogroup], #provning fieldset").all():
        group.get_by_label("Ja", exact=True).check()
    lead.content(f"impact-screening-{shade}")
    lead.press("Spara svaren", "Sparat.")
    lead.press("Behövs, börja bedöma", "Bedömning.")
    lead.page.get_by_label("Behandlingen och dess ändamål").fill("Journaler, för att ge vård.")
    lead.page.get_by_label("Nödvändighet och proportionalitet").fill("Patientdatalagen kräver det.")
    lead.press("Spara texten", "Sparat.")
    lead.page.get_by_label("Vad kan hända människor?").fill("Uppgifter röjs")
    lead.page.get_by_label("Allvarlighetsgrad", exact=True).select_option("4")
    lead.page.get_by_label("Sannolikhet", exact=True).select_option("2")
    lead.page.get_by_label("Det som redan görs").fill("Loggar granskas.")
    lead.page.get_by_label("Allvarlighetsgrad efteråt").select_option("4")
    lead.page.get_by_label("Sannolikhet efteråt").select_option("1")
    lead.press("Lägg till risken", "Risken är sparad.")
    lead.content(f"impact-drafting-{shade}")
    lead.page.get_by_label("Eller namn").fill("Dag Ek")
    lead.press("Spara ombudet", "Dataskyddsombudet är valt.")
    lead.press("Lämna till dataskyddsombudet", "Dataskyddsombudet.")
    lead.page.get_by_label("tillstyrker", exact=True).check()
    lead.page.get_by_label("Rådet i ord").fill("Gallra tidigare.")
    lead.press("Spara rådet", "Sparat.")
    lead.press("Lämna till beslut", "Väntar på beslut.")

    owner.go("impact_assessment", case.number)
    owner.page.get_by_label("behandlingen genomförs", exact=True).check()
    owner.page.get_by_label("Skäl", exact=True).fill("Riskerna är små.")
    owner.content(f"impact-decision-{shade}")
    owner.press("Besluta", "Beslutet är fattat.")
    lead.go("impact_assessments")
    lead.content(f"impact-list-{shade}")
    assert fresh(case).status == "approved"


@pytest.mark.long
@pytest.mark.parametrize("dark", SHADES)
def test_the_coverage_and_the_terms_are_read_by_everybody(dark, browser_tab):
    world = World()
    world.decided()
    lead = Tab(world.lead, browser_tab, dark=dark)
    shade = "dark" if dark else "light"

    for name, args in (
        ("classification_coverage", ()),
        ("security_terms_underlag", ()),
        ("security_term", ("nivaer", "3")),
    ):
        lead.go(name, *args)
        lead.content(f"{name}-{shade}")
