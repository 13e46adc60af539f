"""A unit answers a safety notice on a telephone, and a coordinator follows it, in a real browser."""

import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.notifications.models import Message
from sakerhetsmeddelanden import answer_links
from sakerhetsmeddelanden.actions import answers, coordinating, distribution, links
from sakerhetsmeddelanden.actions.answers import DeviceSaid
from sakerhetsmeddelanden.actions.coordinating import Call
from sakerhetsmeddelanden.models import SafetyNotice
from tests.avvikelse.reporting import a_client
from tests.factories import make_device, make_unit
from tests.journeys.browser import BY_WIDTH, ORIGIN, answer_with
from tests.journeys.test_reporting import looks_right
from tests.sakerhetsmeddelanden.making import chosen
from tests.sakerhetsmeddelanden.sending import (
    affected,
    ask_about,
    dealt_with,
    hand_over,
    not_affected,
    recipient_of,
    region_with_units,
    sent_out,
    silent_for,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
INSTRUCTION = (
    "Ta pumparna ur bruk om drifttiden är över 3 000 timmar. Märk dem och ställ dem i förrådet "
    "tills leverantören har bytt sensorn."
)


@pytest.fixture
def region():
    return region_with_units(6)


@pytest.fixture
def case(region):
    case = sent_out(region, devices=3)
    SafetyNotice.objects.filter(pk=case.pk).update(
        instruction=INSTRUCTION, act_by=timezone.localdate() + timedelta(days=20)
    )
    return case


@pytest.fixture
def visit(browser_tab):
    """A page of the product in a new tab, as the person or as nobody."""

    def visit(path, person=None, **options):
        page = browser_tab(**options)
        answer_with(page, a_client(person))
        page.goto(ORIGIN + path)
        return page

    return visit


def to_answer(case, unit):
    return reverse("notice_answer", args=[case.number, unit.code])


def test_a_unit_answers_on_a_telephone_in_under_a_minute(region, case, visit, commit):
    """From the first page to the receipt, by touch, on 360 px: a few presses and no typing."""
    began = time.monotonic()
    page = visit("/", region.manager, width=360, has_touch=True)
    page.get_by_role("link", name=case.title).click()
    page.get_by_role("heading", name=case.title).wait_for()

    page.get_by_label("Ja, vi är berörda").check()
    page.get_by_label("Samma svar om all utrustning").select_option("quarantined")
    page.get_by_label("Allt som begärs är gjort").check()
    page.get_by_role("button", name="Skriv under och skicka").click()

    page.get_by_role("heading", name="Ni har svarat att allt är gjort").wait_for()
    assert time.monotonic() - began < 60
    commit()
    recipient = recipient_of(case, region.ward)
    assert (recipient.status, recipient.answered_by) == ("action_done", region.manager)
    assert not recipient.devices.filter(outcome="").exists()


def test_without_scripts_the_same_answer_is_given(region, case, visit):
    page = visit(to_answer(case, region.ward), region.manager, width=360, scripts=False)

    page.get_by_label("Nej, vi är inte berörda").check()
    page.get_by_label("Finns inte här", exact=False).check()
    page.get_by_role("button", name="Skriv under och skicka").click()

    page.get_by_role("heading", name="Ni har svarat att ni inte är berörda").wait_for()
    assert recipient_of(case, region.ward).status == "not_affected"


@pytest.mark.long
def test_a_private_caregiver_answers_by_a_link_and_a_code(region, visit, commit):
    region.private.mailbox = "klinik@exempel.se"
    region.private.save(update_fields=["mailbox"])
    region.units.append(region.private)
    case = sent_out(region, devices=1)
    link = recipient_of(case, region.private).links.get()
    token = answer_links.token_kept(link.pk, link.token_lookup)

    page = visit(reverse("notice_link", args=[token]), width=360)
    looks_right(page, "svara-kod")
    page.get_by_label("Din kod").fill(links.read_code(link, by=region.coordinator))
    page.get_by_role("button", name="Öppna").click()
    page.get_by_role("heading", name=case.title).wait_for()
    assert urlsplit(page.url).path.startswith("/sakerhetsmeddelanden/svar/")
    page.get_by_label("Ja, vi är berörda").check()
    looks_right(page, "svara-lank")
    page.get_by_text("Svara för var och en", exact=True).click()
    page.locator("[name^=utrustning][name$=outcome]").select_option("returned")
    page.get_by_label("Allt som begärs är gjort").check()
    page.get_by_label("Ditt namn och din befattning").fill("Eva Ek, klinikchef")
    page.get_by_role("button", name="Skriv under och skicka").click()

    page.get_by_role("heading", name="Ni har svarat att allt är gjort").wait_for()
    commit()
    recipient = recipient_of(case, region.private)
    assert (recipient.status, recipient.answered_name) == ("action_done", "Eva Ek, klinikchef")
    assert recipient.answered_via == "link"


@pytest.mark.long
@pytest.mark.parametrize("width", BY_WIDTH)
def test_the_units_pages_are_accessible(region, case, visit, width):
    page = visit(reverse("notices_to_answer"), region.manager, width=width)
    looks_right(page, "att-besvara")

    page = visit(to_answer(case, region.ward), region.manager, width=width)
    looks_right(page, "svara")
    page.get_by_label("Ja, vi är berörda").check()
    looks_right(page, "svara-berord")
    page.get_by_label("Allt som begärs är gjort").check()
    page.get_by_role("button", name="Skriv under och skicka").click()
    page.locator(".summary").wait_for()
    looks_right(page, "svara-fel")

    affected(recipient_of(case, region.ward), region.manager, note="Vi har tre, en är på service.")
    page.goto(ORIGIN + to_answer(case, region.ward))
    looks_right(page, "svara-besvarat")


@pytest.mark.long
@pytest.mark.parametrize("width", BY_WIDTH)
def test_a_work_list_of_many_devices_is_accessible(region, case, visit, width):
    recipient = recipient_of(case, region.ward)
    rows = ask_about(
        recipient,
        *(make_device(unit=region.ward, serial_number=f"3A{n:04}") for n in range(60)),
    )
    today = timezone.localdate()
    answers.tick(
        recipient,
        {one.pk: DeviceSaid("exchanged", on=today) for one in rows[:20]},
        signer=answers.signed_in(region.manager),
    )
    path = reverse("notice_devices", args=[case.number, region.ward.code])

    page = visit(path, region.manager, width=width)
    looks_right(page, "arbetslista")
    page.get_by_label("3A0020").check()
    page.get_by_label("3A0021").check()
    page.get_by_label("Gjort", exact=True).select_option("exchanged")
    page.get_by_role("button", name="Bocka av de markerade").click()
    page.get_by_text("Två utrustningar är sparade.").wait_for()
    page.goto(ORIGIN + path + "?visa=klara")
    looks_right(page, "arbetslista-klara")
    page.goto(ORIGIN + to_answer(case, region.ward))
    looks_right(page, "svara-manga")


@pytest.mark.long
@pytest.mark.parametrize("width", BY_WIDTH)
def test_the_coordinators_pages_are_accessible(region, case, visit, width):
    ward, *others = region.units
    by = region.coordinator
    coordinating.phone(recipient_of(case, ward), Call("Eva Ek", "Svarar i dag.", "040-1"), by=by)
    first = recipient_of(case, others[0])
    affected(first, region.physician, done=True, devices=dealt_with(first))
    affected(recipient_of(case, others[1]), region.physician)
    not_affected(
        recipient_of(case, others[2]), region.physician, all_devices=DeviceSaid("not_here")
    )
    silent_for(recipient_of(case, others[3]), days=7)
    later = make_unit("Hemsjukvården Väst", parent=region.hospital)
    chosen(case, later, by=by)
    links.make(recipient_of(case, ward), address="eva@exempel.se", name="Eva Ek", by=by)

    page = visit(reverse("notice_recipients", args=[case.number]), by, width=width)
    looks_right(page, "utskick")
    page = visit(reverse("notice_recipient", args=[case.number, ward.code]), by, width=width)
    looks_right(page, "mottagare")
    page.get_by_text("Anteckna ett samtal").click()
    page.get_by_role("button", name="Spara samtalet").click()
    page.locator(".summary").wait_for()
    looks_right(page, "mottagare-fel")
    page.get_by_role("button", name="Visa koden").click()
    page.get_by_text("Läs upp den för rätt person").wait_for()
    page = visit(reverse("notice_call_list", args=[case.number]), by, width=width)
    looks_right(page, "ringlista")


@pytest.mark.long
def test_a_distribution_shows_how_far_it_has_come(region, visit, monkeypatch):
    monkeypatch.setattr(distribution, "BATCH", 2)
    case = sent_out(region)
    Message.objects.filter(kind="notice").update(state="sent", sent_at=timezone.now())
    hand_over()
    sending = distribution.remind_all(case, by=region.coordinator)
    distribution.proceed(sending, seconds=0)

    page = visit(reverse("notice_recipients", args=[case.number]), region.coordinator)

    page.get_by_text("2 av 6 enheter. Du kan lämna sidan.").wait_for()
    looks_right(page, "utskick-pagar")
