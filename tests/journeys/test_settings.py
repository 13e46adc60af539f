"""The rooms of rules and lists in a browser: nothing for axe to say, nothing wider than the window."""

import pytest
from playwright.sync_api import expect

from patientsakerhet.access import tokens
from patientsakerhet.cases.models import Code
from patientsakerhet.notifications import outbox
from patientsakerhet.notifications.models import Message
from tests.factories import Region, code, file_report, in_status, person_as
from tests.journeys.browser import ORIGIN, answer_with, picture, sideways, violations
from tests.signing_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.journey, pytest.mark.long]

SYSTEMS = (
    "Journalsystemets anmälningsknapp",
    "Telefonväxeln",
    "Statistiklagret",
    "Ärendehantering IT",
)
KINDS = ("feedback", "receipt", "handover", "question")


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def admin(region):
    return person_as("administrator", region.root, name="Astrid Lund")


@pytest.fixture
def pages(region, admin):
    """Each page with something on it: its name, its address, what is sent to it."""
    keys = [
        tokens.give_out(
            region.reporter,
            by=admin,
            name=name,
            scopes=["reports:write", "reference:read"][: number % 2 + 1],
            days=30 * (number + 1),
            unit=region.ward if number % 2 else None,
        )[0]
        for number, name in enumerate(SYSTEMS)
    ]
    keys[0].refresh_from_db()
    in_status("in_action", region)
    for number in range(12):
        case = file_report(region.ward)
        outbox.promise(
            KINDS[number % 4],
            key=f"test:{number}",
            case_id=case.pk,
            number=case.number,
            address=f"rapport.or{number}@exempel.se",
        )
    Message.objects.filter(key__startswith="test:").update(
        state="dead", last_error="smtp_550", attempts=3
    )
    message = Message.objects.dead().first()
    term = Code.objects.filter(system__editable=False).first()
    row = code("event_class", "it")
    return {
        "overview": "",
        "codes": "kodverk/",
        "tree": "kodverk/event_class/",
        "tree_search": "kodverk/event_class/?q=it&standing=all",
        "tree_of_issuer": f"kodverk/{term.system.key}/",
        "code": f"kodverk/kod/{row.pk}/",
        "code_new": "kodverk/event_class/ny/",
        "deadlines": "tidsgranser/",
        "deadline": "tidsgranser/deviation/reported/",
        "scale": "riskskala/",
        "undelivered": "ej-levererat/",
        "undelivered_one": f"ej-levererat/{message.pk}/",
        "undelivered_none": "ej-levererat/?q=AV-1999",
        "keys": "nycklar/",
        "key": f"nycklar/{keys[0].ref}/",
        "key_new": "nycklar/ny/",
    }


@pytest.mark.thorough  # with rows of its own; the look at every page looks at each
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_every_page_of_rules_is_read_at_both_widths(width, dark, pages, admin, browser_tab):
    tab = browser_tab(width=width, dark=dark)
    answer_with(tab, signed_in(admin))
    wrong = {}
    for name, path in pages.items():
        tab.goto(f"{ORIGIN}/installningar/{path}")
        tab.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        picture(tab, f"settings-{name}-{width}{'-dark' if dark else ''}")
        if faults := violations(tab) or sideways(tab):
            wrong[name] = faults

    assert not wrong, wrong


def test_a_refused_form_and_a_tried_rule_are_content_too(admin, region, pages, browser_tab):
    tab = browser_tab(width=360)
    answer_with(tab, signed_in(admin))
    wrong = {}

    def look(name):
        picture(tab, f"settings-{name}-360")
        if faults := violations(tab) or sideways(tab):
            wrong[name] = faults

    tab.goto(f"{ORIGIN}/installningar/nycklar/ny/")
    tab.get_by_role("button", name="Skapa nyckeln").click()
    expect(tab.locator(".summary")).to_be_visible()
    look("key_refused")
    tab.goto(f"{ORIGIN}/installningar/tidsgranser/deviation/reported/")
    tab.get_by_role("button", name="Vad skulle det betyda?").click()
    expect(tab.get_by_role("status").first).to_be_visible()
    look("deadline_tried")
    tab.goto(f"{ORIGIN}/installningar/riskskala/")
    tab.get_by_role("button", name="Visa matrisen").click()
    expect(tab.locator("table.matrix")).to_have_count(2)
    look("scale_tried")

    assert not wrong, wrong
