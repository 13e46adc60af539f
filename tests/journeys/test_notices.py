"""A notice from the inbox to whom it concerns, in one sitting, axe content on every page on the way."""

import pytest
from django.test import Client
from django.urls import reverse

from sakerhetsmeddelanden.models import SafetyNotice
from tests.factories import file_report, fresh
from tests.journeys.browser import (
    ORIGIN,
    WIDTHS,
    answer_with,
    browser_tab,
    chromium,
    picture,
    sideways,
    violations,
)
from tests.sakerhetsmeddelanden.making import promoted
from tests.sakerhetsmeddelanden.test_targeting import Pumps

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db]


def content(page, name):
    """Axe has nothing to say, at both widths, and nothing sticks out."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], (name, width)
        assert sideways(page) <= 0, (name, width)
        picture(page, f"{name}-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_from_the_inbox_to_whom_it_concerns_in_one_sitting(dark, browser_tab):
    pumps = Pumps()
    region = pumps.region
    file_report(region.ward, device=pumps.affected)
    case = promoted(region, fields={"1.2": "Volumed 300", "1.7": "SN 1000-1499, enligt bilaga"})
    client = Client()
    client.force_login(region.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    page = browser_tab(dark=dark)
    answer_with(page, client)
    shade = "dark" if dark else "light"

    page.goto(f"{ORIGIN}{reverse('notice_new')}")
    content(page, f"notice-new-{shade}")
    page.goto(f"{ORIGIN}{reverse('safety_notices')}")
    content(page, f"notices-{shade}")
    page.get_by_role("link", name=case.title).click()
    page.get_by_role("heading", name="Det här säger leverantören").wait_for()
    content(page, f"notice-fields-{shade}")
    page.get_by_role("button", name="Bekräfta alla fält").click()
    page.get_by_text("Fälten är bekräftade.").wait_for()
    page.get_by_role("button", name="Registrera", exact=True).click()
    page.get_by_role("button", name="Börja bedöma").click()
    page.get_by_role("heading", name="Bedömning", exact=True).wait_for()
    page.get_by_label("Gul, måttlig").check()
    page.get_by_label("Skyndsamt").check()
    page.get_by_label("Vad bedömningen grundas på").fill("Fel dos kan ges.")
    content(page, f"notice-judging-{shade}")
    page.get_by_role("button", name="Spara och gå till målgruppen").click()
    page.get_by_role("button", name="Ta fram träffbilden").click()
    page.get_by_text("serienumret 1200 ingår i", exact=False).first.wait_for()
    content(page, f"notice-targets-{shade}")
    page.get_by_role("link", name="Historik").click()
    page.get_by_role("heading", name="Meddelandets gång").wait_for()
    content(page, f"notice-history-{shade}")

    notice = SafetyNotice.objects.get(pk=case.pk)
    assert fresh(case).status == "assessing"
    assert [one.unit for one in notice.recipients.all()] == [region.ward]
