"""The pages of units and coordinators: who sees what, what is kept of what was written, what a list costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden import messages
from sakerhetsmeddelanden.actions.answers import DeviceSaid
from sakerhetsmeddelanden.models import Recipient
from tests.avvikelse.reporting import a_client
from tests.factories import make_device, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden.sending import (
    affected,
    ask_about,
    not_affected,
    recipient_of,
    region_with_units,
    sent_out,
    silent_for,
)

pytestmark = pytest.mark.django_db


def _sent():
    region = region_with_units(3)
    return region, sent_out(region, devices=1)


_made, sent = made_once(_sent)


@pytest.fixture
def region(sent):
    return sent[0]


@pytest.fixture
def case(sent):
    return sent[1]


def here(case, unit):
    return reverse("notice_answer", args=[case.number, unit.code])


def text(response):
    return response.content.decode()


# --- the unit ---------------------------------------------------------------------------------


def test_what_waits_stands_on_the_first_page_and_in_the_list(region, case):
    client = a_client(region.manager)

    assert case.title in text(client.get("/"))
    listed = text(client.get(reverse("notices_to_answer")))
    assert here(case, region.ward) in listed
    assert here(case, region.units[1]) not in listed

    not_affected(
        recipient_of(case, region.ward), region.manager, all_devices=DeviceSaid("not_here")
    )
    assert here(case, region.ward) not in text(client.get(reverse("notices_to_answer")))
    assert here(case, region.ward) in text(client.get(reverse("notices_to_answer") + "?standing="))


def test_another_units_answer_does_not_exist(region, case):
    client = a_client(region.manager)

    assert client.get(here(case, region.units[1])).status_code == 404
    assert client.get(reverse("notice_recipients", args=[case.number])).status_code == 404


def test_who_may_only_read_may_not_answer(region, case):
    client = a_client(person_as(Role.REPORTER, region.ward))

    page = client.get(here(case, region.ward))

    assert "Du kan läsa, men inte svara" in text(page)
    assert client.post(here(case, region.ward), {"affected": "affected"}).status_code == 403


def test_what_is_wrong_is_said_and_what_was_written_is_kept(region, case):
    client = a_client(region.manager)

    page = client.post(
        here(case, region.ward), {"affected": "not_affected", "note": "Vi har bytt.", "version": 3}
    )

    assert page.status_code == 422
    assert "Välj varför ni inte är berörda." in text(page)
    assert "Vi har bytt." in text(page)


def test_a_colleagues_answer_in_between_is_shown_and_ones_own_kept(region, case):
    client = a_client(region.manager)
    version = recipient_of(case, region.ward).version
    affected(recipient_of(case, region.ward), person_as(Role.INVESTIGATOR, region.ward))

    page = client.post(
        here(case, region.ward),
        {"affected": "affected", "note": "Min kommentar.", "version": version},
    )

    assert page.status_code == 409
    assert "Min kommentar." in text(page)
    assert "hann svara" in text(page)


def test_the_form_is_guarded_against_forgery(region, case):
    client = a_client(region.manager, enforce_csrf_checks=True)
    page = text(client.get(here(case, region.ward)))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    version = recipient_of(case, region.ward).version
    given = {"affected": "not_affected", "why_not": "not_here", "version": version}

    assert client.post(here(case, region.ward), given).status_code == 403
    done = client.post(here(case, region.ward), {**given, "csrfmiddlewaretoken": token})

    assert done.status_code == 303
    assert recipient_of(case, region.ward).status == "not_affected"


def asked_for(client, address):
    """The page, and how often it asks the database."""
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    return text(page), len(asked)


def test_the_units_list_costs_the_same_for_one_and_three(region):
    client = a_client(region.manager)
    client.get("/")

    for more in (0, 2):
        for _ in range(more):
            sent_out(region)
        assert asked_for(client, reverse("notices_to_answer"))[1] == UNIT_LIST


def test_the_answer_costs_the_same_for_one_device_and_three(region, case):
    client = a_client(region.manager)
    client.get("/")

    for more in (0, 2):
        ask_about(
            recipient_of(case, region.ward), *(make_device(unit=region.ward) for _ in range(more))
        )
        assert asked_for(client, here(case, region.ward))[1] == ANSWER


def test_the_coordinators_lists_cost_the_same_for_one_unit_and_three(region, case):
    alone = region_with_units(1)

    for where, sent in ((alone, sent_out(alone)), (region, case)):
        client = a_client(where.coordinator)
        client.get("/")
        _, asked = asked_for(client, reverse("notice_recipients", args=[sent.number]))
        page, asked_to_call = asked_for(client, reverse("notice_call_list", args=[sent.number]))
        assert (asked, asked_to_call) == (RECIPIENTS, CALL_LIST)
        assert f"{where.manager.name}, enhetschef" in page


def test_the_call_list_says_whom_to_dial(region, case):
    region.ward.phone = "+46 8 465 004 07"
    region.ward.save(update_fields=["phone"])
    client = a_client(region.coordinator)

    page = text(client.get(reverse("notice_call_list", args=[case.number])))
    unit = text(client.get(reverse("notice_recipient", args=[case.number, region.ward.code])))

    assert '<a class="num" href="tel:+4684650 0407">'.replace(" ", "") in page.replace(" ", "")
    assert page.count("Inget nummer") == 2
    assert 'value="+46 8 465 004 07"' in unit


UNIT_LIST, ANSWER, RECIPIENTS, CALL_LIST = 9, 11, 20, 15


# --- the coordinator --------------------------------------------------------------------------


def test_the_list_says_how_far_the_units_have_come(region, case):
    affected(recipient_of(case, region.ward), region.manager)
    silent_for(recipient_of(case, region.units[1]), days=6)
    client = a_client(region.coordinator)

    page = text(client.get(reverse("notice_recipients", args=[case.number])))

    assert "1 av 3 enheter har svarat. En är försenad." in page
    late = text(client.get(reverse("notice_recipients", args=[case.number]) + "?group=late"))
    assert region.units[1].name in late
    assert region.units[2].name not in late


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_selection_is_taken_out_as_a_file(form, region, case):
    client = a_client(region.coordinator)

    answer = client.get(reverse("notice_recipients_extract", args=[case.number, form]))

    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)
    if form == "csv":
        assert body.decode("utf-8-sig").count("@exempel.se") == 3


def test_a_call_is_written_down_on_the_units_page(region, case):
    client = a_client(region.coordinator)
    recipient = recipient_of(case, region.ward)

    answer = client.post(
        reverse("notice_phone", args=[case.number, region.ward.code]),
        {
            "spoke_with": "Eva Ek",
            "said": "De har inga.",
            "answer": "no:not_here",
            "version": recipient.version,
        },
        follow=True,
    )

    assert "talade med Eva Ek" in text(answer)
    now = recipient_of(case, region.ward)
    assert (now.status, now.answered_via) == ("acknowledged_not_affected", "phone")


def test_marked_units_are_reminded(region, case):
    client = a_client(region.coordinator)

    client.post(
        reverse("notice_remind", args=[case.number]), {"unit": [u.code for u in region.units[:2]]}
    )

    statuses = Recipient.objects.filter(notice=case.pk).order_by("pk")
    assert [one.status for one in statuses] == ["reminded", "reminded", "handed_over"]


def test_a_mails_link_leads_through_to_the_answer(region, case):
    signed = reverse("notice_to", args=[messages.signed(recipient_of(case, region.ward))])

    assert a_client(region.manager).get(signed).headers["Location"] == here(case, region.ward)
    assert a_client(region.investigator).get(signed).status_code == 404
    stranger = a_client(None).get(signed)
    assert stranger.headers["Location"].startswith("/konto/logga-in/")
    assert a_client(region.manager).get(reverse("notice_to", args=["x"])).status_code == 404
