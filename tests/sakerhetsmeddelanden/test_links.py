"""Personal links: opened by their code alone, counted, shut, and never an answer by themselves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.notifications import mails
from patientsakerhet.notifications.models import Message
from sakerhetsmeddelanden import answer_links
from sakerhetsmeddelanden.actions import answers, coordinating, links, recipients
from sakerhetsmeddelanden.models import AnswerLink
from sakerhetsmeddelanden.views import linked
from tests.sakerhetsmeddelanden.sending import (
    affected,
    not_affected,
    recipient_of,
    region_with_units,
    sent_out,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return region_with_units()


@pytest.fixture
def recipient(region):
    return recipient_of(sent_out(region), region.ward)


@pytest.fixture
def link(recipient, region):
    return links.make(recipient, address="Eva@Exempel.se", name="Eva Ek", by=region.coordinator)


def token(link):
    return answer_links.token_kept(link.pk, link.token_lookup)


def code(link):
    return answer_links.code_kept(link.pk, link.code_serial, link.code_lookup)


def wrong(link):
    return f"{(int(code(link)) + 1) % 1_000_000:06}"


def post(link, written):
    return Client().post(reverse("notice_link", args=[token(link)]), {"code": written})


def test_the_row_holds_neither_link_nor_code(link):
    row = str(AnswerLink.objects.filter(pk=link.pk).values().get())

    assert token(link) not in row
    assert code(link) not in row


def test_a_link_survives_a_change_of_key(link, settings):
    before = token(link)
    settings.SEALING_KEYS = [*settings.SEALING_KEYS, "new"]

    assert token(link) == before
    assert links.open_with(before, code(link)) == link


@pytest.mark.parametrize("spaced", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_the_code_opens_however_it_is_spaced(spaced, link):
    digits = code(link)

    assert links.open_with(token(link), spaced.format(digits, digits[:3], digits[3:])) == link


def test_fetching_the_link_answers_and_opens_nothing(link, recipient):
    page = Client().get(reverse("notice_link", args=[token(link)])).content.decode()

    assert recipient.notice.case.number not in page
    assert recipient.notice.case.title not in page
    now = AnswerLink.objects.get(pk=link.pk)
    assert (now.opened_at, now.attempts) == (None, 0)
    assert recipient_of(recipient.notice.case, recipient.unit).status == "handed_over"


def test_an_address_that_leads_nowhere_looks_and_answers_alike(link):
    known, unknown = (
        Client().get(reverse("notice_link", args=[word])) for word in (token(link), "x" * 32)
    )
    refused, never = (
        Client().post(reverse("notice_link", args=[word]), {"code": wrong(link)})
        for word in (token(link), "x" * 32)
    )

    assert known.status_code == unknown.status_code == 200
    assert refused.status_code == never.status_code == 422
    assert refused.context["form"].errors == never.context["form"].errors


def test_five_wrong_codes_shut_the_link_until_it_gets_a_new_one(link, region):
    for _ in range(links.MOST_WRONG):
        assert post(link, wrong(link)).status_code == 422
    assert post(link, code(link)).status_code == 422

    link = links.renew_code(link, by=region.coordinator)

    assert post(link, code(link)).status_code == 303
    assert AnswerLink.objects.get(pk=link.pk).attempts == 0
    assert Event.objects.filter(action="notice.link_opened").count() == 0


def test_a_new_code_shuts_the_old_one_out_and_what_it_had_opened(link, region):
    old, opened = code(link), linked.pass_for(link)

    links.renew_code(link, by=region.coordinator)

    assert links.open_with(token(link), old) is None
    assert linked.opened_by(opened, linked.READ_WITHIN) is None


@pytest.mark.parametrize("end", ["revoke", "expire", "waive"])
def test_a_link_that_has_ended_opens_nothing(end, link, region, recipient):
    opened = linked.pass_for(link)
    if end == "revoke":
        links.revoke(link, by=region.coordinator)
    elif end == "expire":
        AnswerLink.objects.filter(pk=link.pk).update(
            made_at=timezone.now() - timedelta(days=15), expires_at=timezone.now()
        )
    else:
        recipients.waive(recipient, by=region.physician, reason="Nedlagd.")

    if end != "waive":
        assert links.open_with(token(link), code(link)) is None
    assert linked.opened_by(opened, linked.READ_WITHIN) is None
    with pytest.raises(NotReady):
        affected(recipient, answers.through(link, "Eva Ek"))


def test_a_second_link_to_the_same_address_takes_the_first_ones_place(link, recipient, region):
    links.make(recipient, address="eva@exempel.se", name="Eva Ek", by=region.coordinator)

    assert links.open_with(token(link), code(link)) is None


def test_an_answer_by_link_is_signed_by_its_name(link, recipient, commit):
    with pytest.raises(NotReady, match="namn"):
        answers.through(link, "  ")

    not_affected(recipient, answers.through(link, "Eva Ek, klinikchef"))

    commit()
    now = recipient_of(recipient.notice.case, recipient.unit)
    assert (now.status, now.answered_name, now.answered_via, now.answered_by) == (
        "not_affected",
        "Eva Ek, klinikchef",
        "link",
        None,
    )
    assert now.events.last().body["link"] == str(link.pk)


def test_a_link_answers_for_its_own_recipient_alone(link, region):
    other = recipient_of(sent_out(region), region.ward)

    with pytest.raises(NotReady):
        affected(other, answers.through(link, "Eva Ek"))


def test_the_mail_holds_the_link_and_not_the_code(link, region):
    coordinating.send_link(link, by=region.coordinator)

    body = mails.compose(Message.objects.get(address="eva@exempel.se")).body
    assert token(link) in body
    assert code(link) not in body


def test_reading_a_code_is_a_reading_and_only_the_coordinators(link, region):
    assert links.read_code(link, by=region.coordinator).replace(" ", "") == code(link)

    assert Event.objects.filter(action="notice.code_read").count() == 1
    for act in (links.read_code, links.renew_code, links.revoke):
        with pytest.raises(NotAllowed):
            act(link, by=region.manager)
