"""A notice from the supplier's mail to its units, in one sitting, axe content on every page on the way."""

import pytest
from django.urls import reverse

from sakerhetsmeddelanden.models import SafetyNotice
from tests.factories import file_report, fresh
from tests.journeys.browser import (
    ORIGIN,
    SHADES,
    answer_with,
    browser_tab,
    chromium,
    content,
)
from tests.sakerhetsmeddelanden.test_intake import mail, taken
from tests.sakerhetsmeddelanden.test_targeting import Pumps
from tests.signing_in import signed_in

__all__ = ["browser_tab", "chromium"]

pytestmark = [pytest.mark.journey, pytest.mark.django_db, pytest.mark.long]


LETTER = """Volumed AB

Viktigt säkerhetsmeddelande
FSN-referens: FSN-2026-17
FSCA-referens: FSCA-9
Datum: 2026-03-02
Tillverkare: Volumed AB
Handelsnamn: Volumed 300
Berörda serie- eller lotnummer: SN 1000-1499

Problembeskrivning:
Trycksensorn kan visa fel värde.

Åtgärder som användaren ska vidta:
☒ Identifiera produkten
☒ Ställ produkten i karantän
"""


@pytest.mark.parametrize("dark", SHADES)
def test_from_the_mail_to_the_units_in_one_sitting(dark, browser_tab):
    pumps = Pumps()
    region = pumps.region
    file_report(region.ward, device=pumps.affected)
    message = taken(mail(LETTER, pdf=False))
    client = signed_in(region.coordinator)
    page = browser_tab(dark=dark)
    answer_with(page, client)
    shade = "dark" if dark else "light"

    page.goto(f"{ORIGIN}{reverse('notice_new')}")
    content(page, f"notice-new-{shade}")
    page.goto(f"{ORIGIN}{reverse('incoming_message', args=[message.pk])}")
    page.get_by_role("button", name="Gör till säkerhetsmeddelande").click()
    page.get_by_text("är skapat av meddelandet").wait_for()
    message.refresh_from_db()
    case = message.notice.case
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
    for device in page.locator("input[name=device]").all():
        device.check()
    page.get_by_label("räknas inte").check()
    page.locator("#oavgjorda").get_by_label("Skäl").fill("Kontrollerade på plats.")
    page.get_by_role("button", name="Spara beslutet").click()
    page.get_by_role("link", name="Utskick och svar").click()
    page.get_by_role("button", name="Skicka ut till 1 enhet").click()
    page.get_by_text("Utskicket har börjat.").wait_for()
    content(page, f"notice-sent-{shade}")
    page.get_by_role("link", name="Historik").click()
    page.get_by_role("heading", name="Meddelandets gång").wait_for()
    content(page, f"notice-history-{shade}")

    notice = SafetyNotice.objects.get(pk=case.pk)
    assert fresh(case).status == "distributing"
    assert [(one.unit, one.status) for one in notice.recipients.all()] == [(region.ward, "queued")]
