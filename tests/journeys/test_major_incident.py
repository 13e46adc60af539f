"""A major incident from declaring to closing in a browser, axe content on the way."""

import pytest

from patientsakerhet.cases.models import Case
from tests.factories import fresh
from tests.journeys.browser import SHADES, browser_tab, chromium
from tests.journeys.test_classification import Tab
from tests.major_incidents.making import World

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db, pytest.mark.long]


@pytest.mark.parametrize("dark", SHADES)
def test_from_declaring_to_closing(dark, browser_tab):
    world = World()
    told = [world.deviation() for _ in range(3)]
    lead, shade = Tab(world.leader, browser_tab, dark=dark), "dark" if dark else "light"

    lead.go("major_incident_new")
    lead.page.get_by_label("Rubrik", exact=True).fill("Växeln nere i hela regionen")
    lead.page.get_by_label("Vad har hänt?").fill("Ingen kan ringa in.")
    lead.page.locator("[name=started_at_1]").fill("00:00")
    lead.page.get_by_label("Berörda IT-system").fill(world.system.name)
    lead.page.get_by_label("Berörda enheter").fill(world.region.ward.code)
    lead.page.get_by_label("Enhet som leder arbetet").fill(world.region.devices.code)
    lead.content(f"incident-new-{shade}")
    lead.press("Utlys incidenten", "Den stora incidenten är utlyst.")
    case = Case.objects.get(kind="major_incident")
    lead.page.get_by_text("Lägg till incident, problem eller ändring").click()
    lead.page.get_by_label("System", exact=True).fill("Servicebordet")
    lead.page.get_by_label("Nummer", exact=True).fill("INC-20077")
    lead.press("Lägg till", "Numret är tillagt.")
    lead.go("incident_deviations", case.number)
    lead.page.get_by_label("Avvikelsens nummer").fill(told[0].number)
    lead.press("Samla avvikelsen", "Avvikelsen är samlad under incidenten.")
    lead.content(f"incident-deviations-{shade}")
    world.described(case, ended_at=case.major_incident.declared_at)
    world.go(case, "restore")
    lead.go("major_incident", case.number)
    lead.content(f"incident-{shade}")
    lead.page.get_by_text("Ändra händelsen").click()
    lead.content(f"incident-describe-{shade}")
    lead.go("incident_lessons", case.number)
    lead.page.locator("[name=lardom-cause]").fill("En ändring hos båda operatörerna.")
    lead.page.locator("[name=lardom-lessons]").fill("En operatör i taget.")
    lead.press("Spara", "Sparat.")
    world.finish(world.measure(case))
    lead.go("incident_lessons", case.number)
    lead.content(f"incident-lessons-{shade}")
    lead.go("case_reports", case.number)
    lead.content(f"incident-reports-{shade}")
    lead.press("Avsluta", "Avslutad.")
    lead.go("incident_history", case.number)
    lead.content(f"incident-history-{shade}")
    world.declared()
    lead.go("major_incidents")
    lead.content(f"incident-list-{shade}")
    lead.go("deviation", told[0].number)
    lead.page.get_by_role("link", name=case.number).first.wait_for()
    assert fresh(case).status == "closed"
