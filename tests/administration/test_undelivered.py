"""What could not be sent is work for those who may see it: retried, sent elsewhere, written off."""

import pytest

from patientsakerhet.administration import undelivered
from patientsakerhet.administration.actions import messages as actions
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Reporter
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.notifications import outbox, relay
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Role
from tests.factories import file_report, make_person, person_as
from tests.notifications.conftest import post  # noqa: F401  the mail server is a fixture
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
LIST = "/installningar/ej-levererat/"
SECRET = "rapport.or@exempel.se"


@pytest.fixture
def case(region):
    """A case whose reporter has no account, only an address."""
    case = file_report(region.ward)
    Reporter.objects.filter(pk=case.pk).update(mode="open", email=SECRET)
    return case


def dead(case=None, *, code="smtp_550", kind="feedback", **to):
    message = outbox.promise(
        kind,
        key=f"test:{Message.objects.count()}",
        case_id=case.pk if case else None,
        number=case.number if case else "",
        **(to or {"address": SECRET}),
    )
    Message.objects.filter(pk=message.pk).update(state="dead", last_error=code, attempts=4)
    return Message.objects.get(pk=message.pk)


def state(message):
    message.refresh_from_db()
    return message.state


def test_a_message_that_cannot_be_written_lands_on_the_page(post, case, region):  # noqa: F811  the fixture
    good = outbox.promise("receipt", key="good", address="a@exempel.se", number=case.number)
    bad = outbox.promise("measure", key="bad", person=region.investigator, context={"measure": {}})
    assert relay.deliver_due().dead == 1
    assert state(good) == "sent"
    page = signed_in(person_as(Role.ADMINISTRATOR, region.root)).get(f"{LIST}{bad.pk}/")
    assert "Varsam kunde inte sätta samman mejlet" in page.content.decode()


def test_an_administrator_sees_number_and_why_and_nobody(case, region, admin):
    staff = make_person("Hemliga Hilda")
    waiting = [dead(case), dead(case, kind="handover", person=staff)]
    client = signed_in(admin)
    pages = [client.get(LIST), *(client.get(f"{LIST}{one.pk}/") for one in waiting)]
    pages_text = "".join(page.content.decode() for page in pages)
    pages_text += b"".join(client.get("/installningar/filer/ut/undelivered/csv/")).decode()

    assert case.number in pages_text
    assert "Adressen finns inte hos mottagaren." in pages_text
    for hidden in (SECRET, "Hemliga Hilda", staff.email, case.title, case.get_absolute_url()):
        assert hidden not in pages_text


def test_a_coordinator_sees_whom_and_reaches_the_case(case, region):
    page = signed_in(region.coordinator).get(f"{LIST}{dead(case).pk}/").content.decode()

    assert SECRET in page
    assert case.get_absolute_url() in page


def test_a_coordinator_elsewhere_does_not_know_of_it(case, region):
    elsewhere = person_as(Role.COORDINATOR, region.private)
    message = dead(case)
    client = signed_in(elsewhere)

    assert client.get(LIST).context["found"].rows == []
    for path in ("", "igen/", "ratta/", "ge-upp/"):
        ask = client.post if path else client.get
        assert ask(f"{LIST}{message.pk}/{path}").status_code == 404
    assert state(message) == "dead"


def test_it_is_sent_again(case, region):
    message = dead(case)

    answer = signed_in(region.coordinator).post(f"{LIST}{message.pk}/igen/", follow=True)

    assert state(message) == "pending"
    assert "igen" in answer.content.decode()
    assert Event.objects.filter(action="message.retried", actor_id=region.coordinator.pk).exists()


def test_a_reporters_address_is_corrected_in_the_case_by_who_may_see_her(case, region, admin):
    message = dead(case)

    answer = signed_in(region.coordinator).post(
        f"{LIST}{message.pk}/ratta/", {"address": "Ratt@exempel.se"}
    )

    assert answer.status_code == 302
    assert (state(message), message.address) == ("pending", "ratt@exempel.se")
    assert Reporter.objects.get(pk=case.pk).email == "ratt@exempel.se"
    told = Event.objects.with_body().get(action="message.corrected")
    assert "exempel.se" not in str(told.payload.body)


def test_nobody_sends_a_message_to_an_address_of_her_own_choice(case, admin):
    message = dead(case)

    with pytest.raises(NotAllowed):
        actions.correct_address(message, "min.egen@exempel.se", by=admin)
    answer = signed_in(admin).post(f"{LIST}{message.pk}/ratta/", {"address": "min@exempel.se"})

    assert answer.status_code == 409
    assert (state(message), message.address) == ("dead", SECRET)
    assert Event.objects.using("trail").filter(action="message.corrected", kind="denied").exists()


def test_a_units_mailbox_and_a_persons_address_are_corrected_where_they_are_kept(
    case, region, admin
):
    region.ward.mailbox = "fel@exempel.se"
    region.ward.save()
    to_unit = dead(case, kind="handover", address="fel@exempel.se")
    person = make_person("Anna Ek")
    to_person = dead(kind="sign_in.forgotten", person=person)

    actions.correct_address(to_unit, "avdelning4@exempel.se", by=admin)
    actions.correct_address(to_person, "anna.ny@exempel.se", by=admin)

    region.ward.refresh_from_db()
    person.refresh_from_db()
    assert (region.ward.mailbox, person.email) == ("avdelning4@exempel.se", "anna.ny@exempel.se")
    assert [state(one) for one in (to_unit, to_person)] == ["pending", "pending"]
    assert to_unit.address == "avdelning4@exempel.se"
    assert not actions.may_correct(to_unit, by=region.coordinator)


def test_it_is_written_off_with_a_reason_that_is_not_lost(case, region, admin):
    message = dead(case)
    client = signed_in(region.coordinator)

    refused = client.post(f"{LIST}{message.pk}/ge-upp/", {"reason": " "})
    assert refused.status_code == 422
    assert state(message) == "dead"
    client.post(f"{LIST}{message.pk}/ge-upp/", {"reason": "Ringde Rut på hemnumret."})

    assert (state(message), message.closed_by) == ("closed", region.coordinator)
    assert "Ringde Rut" in client.get(f"{LIST}{message.pk}/").content.decode()
    assert "Ringde Rut" not in signed_in(admin).get(f"{LIST}{message.pk}/").content.decode()
    late = client.post(f"{LIST}{message.pk}/ge-upp/", {"reason": "En gång till."})
    assert late.status_code == 409
    assert "inte längre bland" in late.content.decode()


def test_a_wrong_address_stays_in_the_field(case, region):
    message = dead(case)

    answer = signed_in(region.coordinator).post(f"{LIST}{message.pk}/ratta/", {"address": "anna@"})

    assert answer.status_code == 422
    assert 'value="anna@"' in answer.content.decode()
    assert state(message) == "dead"


@pytest.mark.parametrize("act", ["igen", "ratta", "ge-upp"])
def test_each_form_refuses_a_post_without_its_token(act, case, region):
    message = dead(case)
    strict = signed_in(region.coordinator, enforce_csrf_checks=True)

    assert strict.post(f"{LIST}{message.pk}/{act}/").status_code == 403
    assert state(message) == "dead"


def test_the_list_is_narrowed_and_counts_in_the_navigation(case, region, admin):
    client = signed_in(admin)
    assert "Inget väntar på åtgärd" in client.get(LIST).content.decode()
    one, other = dead(case), dead(code="timeout", kind="digest", person=region.reporter)
    actions.give_up(dead(case), by=admin, reason="Ringde.")

    def found(query):
        return {row.pk for row in client.get(f"{LIST}?{query}").context["found"].rows}

    assert found("") == {one.pk, other.pk}
    assert found(f"q={case.number}") == {one.pk}
    assert found("why=ours") == {other.pk}
    assert found("why=theirs") == {one.pk}
    assert len(found("standing=closed")) == 1
    page = client.get("/").content.decode()
    assert 'href="/installningar/ej-levererat/"' in page
    assert page.count("Ej levererat") >= 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_message_and_three(
    count, case, admin, django_assert_num_queries
):
    for _ in range(count):
        dead(case)
    client = signed_in(admin)
    client.get(LIST)
    with django_assert_num_queries(7):
        assert len(client.get(LIST).context["rows"]) == count


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("smtp_550", "Adressen finns inte"),
        ("smtp_450", "bad oss vänta"),
        ("smtp_599", "vägrade"),
        ("timeout", "svarade inte"),
        ("bad_header", "tecken"),
        ("unwritten_KeyError", "fel i Varsam"),
    ],
)
def test_each_code_is_put_in_words(code, told):
    assert told in undelivered.why(code)


@pytest.mark.parametrize("role", [Role.UNIT_MANAGER, Role.INVESTIGATOR, Role.REPORTER])
def test_nobody_else_comes_in(role, case, region):
    message = dead(case)
    client = signed_in(person_as(role, region.root))

    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{message.pk}/").status_code == 403
    assert client.post(f"{LIST}{message.pk}/igen/").status_code == 403
