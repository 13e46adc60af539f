"""Following a report: by code, among one's own; status, questions, answers, verdict, and nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from avvikelse.actions import closing, coordination
from avvikelse.forms.follow import pass_for
from avvikelse.models import Deviation
from avvikelse.views import followed
from patientsakerhet.audit.models import Event
from patientsakerhet.cases import receipt_codes, throttle
from patientsakerhet.cases.models import Case, Comment, Throttle
from patientsakerhet.notifications.models import Message
from tests.avvikelse.reporting import CSRF, a_client, code_on, send
from tests.cases.sample_files import picture, upload
from tests.factories import STATUSES, Region, file_report, fresh, in_status
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


def _states():
    """A region of the tests' own, another, and there a case in each status, by its reporter."""
    elsewhere = Region()
    cases = {status: in_status(status, elsewhere) for status in STATUSES}
    return Region(), elsewhere, cases


_made, states = made_once(_states)


@pytest.fixture
def region(states):
    return states[0]


@pytest.fixture
def reporter(states):
    """Whoever reported what has come to each status."""
    return states[1].reporter


@pytest.fixture
def cases(states):
    """Status -> a case that has come to it."""
    return states[2]


@pytest.fixture
def guest():
    return a_client()


def filed_with_code(guest, region, **answers):
    """A case filed without account, and the code on its receipt."""
    code = code_on(guest.get(send(guest, region.ward, **answers).url))
    return Case.objects.order_by("-pk").first(), code


def open_by(guest, code):
    """Where the code leads."""
    return guest.post("/anmal/kvitto/", {"code": code})


def follow(guest, case):
    return reverse("followed_report", args=[pass_for(case)])


# --- the code ------------------------------------------------------------------------------


def test_a_code_opens_its_report_and_no_other(region, guest):
    first, code = filed_with_code(guest, region)
    filed_with_code(guest, region, what_happened="Något annat hände på rond.")

    page = guest.get(open_by(guest, code).url)

    assert page.context["case"] == first
    assert "Något annat" not in page.content.decode()
    assert "sessionid" not in guest.cookies
    assert "session" not in guest.cookies


@pytest.mark.parametrize("spell", [str, str.strip, lambda c: c.replace(" ", ""), lambda c: c.replace(" ", "-"), lambda c: f"  {c} \t"])  # fmt: skip
def test_a_code_is_understood_however_it_is_spaced(region, guest, spell):
    _, code = filed_with_code(guest, region)

    assert open_by(guest, spell(code)).status_code == 303


def test_every_wrong_code_gets_the_same_answer(region, guest):
    _, code = filed_with_code(guest, region)
    digits = code.replace(" ", "")
    swapped = digits[1] + digits[0] + digits[2:] if digits[0] != digits[1] else "1" * 18
    wrong = ["1", "1" * 18, digits[:-1], swapped, digits + "0", "abc", "٣" * 18, "\x00", "%s"]

    answers = {open_by(guest, one).context["form"].errors["code"][0] for one in wrong[:-2]}

    assert len(answers) == 1
    assert all(open_by(guest, one).status_code == 422 for one in wrong)


def test_a_wrong_guess_leaves_a_mark(region, guest):
    open_by(guest, "1" * 18)

    denied = Event.objects.using("trail").denials().filter(action="receipt.opened")
    assert [one.actor_id for one in denied] == [None]


def test_guessing_is_slowed_and_right_codes_are_not_counted(region, guest, settings):
    settings.TRIES_PER_HOUR = {**settings.TRIES_PER_HOUR, "code": 3}
    _, code = filed_with_code(guest, region)
    for _ in range(5):
        assert open_by(guest, code).status_code == 303
    for _ in range(3):
        assert open_by(guest, "1" * 18).status_code == 422

    assert open_by(guest, "1" * 18).status_code == 429
    assert open_by(guest, code).status_code == 429


def test_the_address_is_kept_only_as_a_hash_of_the_day(region, guest, rf):
    open_by(guest, "1" * 18)
    kept = Throttle.objects.get(act="code")
    assert "127.0.0.1" not in f"{kept.place}{kept.act}"

    with time_machine.travel(timezone.now() + timedelta(days=1, hours=1)):
        throttle.take("code", rf.post("/", REMOTE_ADDR="127.0.0.1"))
        places = set(Throttle.objects.values_list("place", flat=True))
        assert len(places) == 2
        assert throttle.forget() == 1


@pytest.mark.parametrize("place", range(18))
def test_every_single_wrong_digit_is_seen(place):
    from uuid import UUID

    code = receipt_codes.code_for(UUID(int=7))
    other = str((int(code[place]) + 1) % 10)

    assert receipt_codes._adds_up(code)
    assert not receipt_codes._adds_up(code[:place] + other + code[place + 1 :])


def test_codes_outlive_a_change_of_keys(region, guest, settings):
    settings.SEALING_KEYS = ["first"]
    receipt = send(guest, region.ward).url
    code = code_on(guest.get(receipt))
    settings.SEALING_KEYS = ["first", "second"]

    assert code_on(guest.get(receipt)) == code
    assert open_by(guest, code).status_code == 303


def test_the_code_is_nowhere_in_the_database(region, guest):
    case, code = filed_with_code(guest, region)

    kept = case.reporter.code_lookup
    assert len(kept) == 64
    assert code.replace(" ", "") not in kept


def test_the_page_closes_after_half_an_hour_and_an_answer_still_arrives(region, guest):
    case, code = filed_with_code(guest, region)
    opened = open_by(guest, code).url

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        closed = guest.get(opened)
        answered = guest.post(opened, {"gor": "svar", "text": "Det var i sal 4."})

    assert closed.url == "/anmal/kvitto/?slut"
    assert answered.url == "/anmal/kvitto/?sparat=svar"
    assert case.comments.get().text == "Det var i sal 4."
    assert "Ditt svar är skickat" in guest.get(answered.url).content.decode()


@pytest.mark.parametrize("token", ["x", "MQ:1:x", "1"])
def test_a_made_up_pass_opens_nothing(region, guest, token):
    file_report(region.ward)

    assert guest.get(f"/anmal/folj/{token}/").url == "/anmal/kvitto/?slut"


def test_csrf_is_enforced_where_one_follows(region):
    case = file_report(region.ward)
    client = Client(enforce_csrf_checks=True)
    here = follow(client, case)
    page = client.get(here).content.decode()

    assert client.post(here, {"gor": "svar", "text": "Hej"}).status_code == 403
    token = CSRF.search(page)[1]
    sent = {"gor": "svar", "text": "Hej", "csrfmiddlewaretoken": token}
    assert client.post(here, sent).status_code == 303


# --- what one sees -------------------------------------------------------------------------

WORDS = {
    "reported": "mottagen",
    "in_coordination": "mottagen",
    "returned": "mottagen",
    "assigned": "utreds",
    "in_investigation": "utreds",
    "in_action": "åtgärdas",
    "follow_up": "åtgärdas",
    "closed": "klar",
    "rejected": "klar",
    "merged": "mottagen",  # the case it was merged into waits in the queue
}


@pytest.mark.parametrize("status", STATUSES)
def test_the_status_is_one_of_four_words(cases, guest, status):
    page = guest.get(follow(guest, cases[status]))

    assert page.status_code == 200
    assert page.context["stage_word"] == WORDS[status]
    states = [step.state for step in page.context["steps"]]
    assert states.count("now") == (0 if WORDS[status] == "klar" else 1)


def test_a_rejected_report_skips_what_never_happened(cases, guest):
    page = guest.get(follow(guest, cases["rejected"]))

    assert [step.state for step in page.context["steps"]] == ["done", "skipped", "skipped", "done"]


def test_what_one_wrote_is_shown_masked_and_nothing_of_the_inside(region, cases, guest):
    case = cases["in_investigation"]
    Comment.objects.create(
        case=case, audience="internal", text="HEMLIGT internt", by=region.coordinator
    )
    Comment.objects.create(
        case=case, audience="parties", text="HEMLIGT till parterna", by=region.coordinator
    )

    page = guest.get(follow(guest, case)).content.decode()

    assert case.deviation.what_happened in page
    assert "HEMLIGT" not in page


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"precision": "unknown", "occurred_at": None}, "Det är inte känt när det hände"),
        ({"precision": "day"}, "22\u00a0nov.\u00a02026"),
        ({"precision": "exact"}, "22\u00a0nov.\u00a02026 13:30"),
        ({"precision": "about"}, "Ungefär 22\u00a0nov.\u00a02026 13:30"),
        ({"precision": "shift", "hours": 4}, "22\u00a0nov.\u00a02026 13:30–17:30"),
    ],
)
def test_the_time_is_written_as_exactly_as_it_is_known(fields, written):
    at = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    hours = fields.pop("hours", None)
    told = {"occurred_at": at, **fields}
    if hours:
        told["occurred_until"] = at + timedelta(hours=hours)

    assert followed.happened(Deviation(**told)) == written


def test_each_reading_leaves_a_mark(region, guest):
    case = file_report(region.ward, region.reporter)

    guest.get(follow(guest, case))
    a_client(region.reporter).get(reverse("own_report", args=[case.number]))

    reads = Event.objects.reads().filter(action="case.read", case_id=case.pk).order_by("pk")
    assert [(one.actor_id, one.right) for one in reads] == [
        (None, "receipt_code"),
        (region.reporter.pk, "reporter"),
    ]


def test_what_was_promised_on_the_page_is_told_there(region, guest):
    case = file_report(region.ward)
    receipt = Message.objects.get(kind="receipt", case_id=case.pk)
    assert receipt.state == "pending"

    guest.get(follow(guest, case))

    receipt.refresh_from_db()
    assert receipt.state == "sent"


# --- questions, answers, verdict -----------------------------------------------------------


@pytest.mark.parametrize("by", ["code", "account"])
def test_a_question_is_answered_once_however_often_it_is_sent(region, guest, by):
    case = file_report(region.ward, region.reporter if by == "account" else None)
    coordination.take(case, by=region.coordinator)
    coordination.ask_reporter(fresh(case), "Vilken pump var det?", by=region.coordinator)
    client = a_client(region.reporter) if by == "account" else guest
    here = reverse("own_report", args=[case.number]) if by == "account" else follow(guest, case)
    assert "Vilken pump var det?" in client.get(here).content.decode()
    assert "Du har fått en fråga" in client.get(here).content.decode()

    for _ in range(3):
        response = client.post(
            here,
            {
                "gor": "svar",
                "text": "Den vid fönstret.",
                "attachments": upload("bild.png", picture()),
            },
        )

    assert response.status_code == 303
    assert "Ditt svar är skickat" in client.get(response.url).content.decode()
    answer = case.comments.get(purpose="answer")
    assert (answer.text, answer.by_reporter) == ("Den vid fönstret.", True)
    assert answer.answers.text == "Vilken pump var det?"
    assert fresh(case).status == "in_coordination"
    assert [one.name for one in case.attachments.all()] == ["bild.png"]
    assert Message.objects.filter(kind="reporter_wrote", person=region.coordinator).count() == 1


def test_a_personal_number_in_an_answer_is_masked_and_sealed(region, guest):
    case = file_report(region.ward)

    guest.post(follow(guest, case), {"gor": "svar", "text": "Det gällde 19121212-1212."})

    assert case.comments.get().text == "Det gällde 121212-****."
    assert case.sealed.count() == 1


@pytest.mark.parametrize(
    "sent",
    [{"text": ""}, {"text": "Pump\x00en"}, {"text": "Hej", "attachments": "virus.exe"}],
)
def test_an_answer_that_cannot_be_taken_comes_back_with_its_text(region, guest, sent):
    case = file_report(region.ward)
    if "attachments" in sent:
        sent = {**sent, "attachments": upload("virus.exe", b"MZ")}

    response = guest.post(follow(guest, case), {"gor": "svar", **sent})

    assert response.status_code == 422
    assert response.context["answer"].errors
    assert not case.comments.exists()
    if sent["text"] == "Hej":
        assert ">\nHej</textarea>" in response.content.decode()


@pytest.mark.parametrize("by", ["code", "account"])
@pytest.mark.parametrize("answered", ["yes", "partly", "no"])
def test_did_you_get_an_answer_in_one_press(cases, reporter, guest, by, answered):
    case = cases["closed"]
    client = a_client(reporter) if by == "account" else guest
    here = reverse("own_report", args=[case.number]) if by == "account" else follow(guest, case)
    assert "Fick du svar på det du skrev?" in client.get(here).content.decode()
    assert "Pumpen hade fel på trycksensorn." in client.get(here).content.decode()

    response = client.post(here, {"gor": "omdome", "answered": answered, "note": "19121212-1212"})

    assert response.status_code == 303
    judged = fresh(case).reporter
    assert (judged.answered, judged.answered_note) == (answered, "121212-****")


@pytest.mark.parametrize("sent", [{}, {"answered": "kanske"}])
def test_a_verdict_is_yes_partly_or_no(cases, guest, sent):
    case = cases["closed"]

    response = guest.post(follow(guest, case), {"gor": "omdome", **sent})

    assert response.status_code == 422
    assert fresh(case).reporter.answered == ""


def test_there_is_nothing_to_judge_before_there_is_an_answer(region, guest):
    case = file_report(region.ward)
    assert "Fick du svar" not in guest.get(follow(guest, case)).content.decode()

    response = guest.post(follow(guest, case), {"gor": "omdome", "answered": "yes"})

    assert response.status_code == 422
    assert fresh(case).reporter.answered == ""


def test_a_merged_report_gets_the_common_answer(region, guest):
    child, parent = file_report(region.ward), file_report(region.ward, region.reporter)
    coordination.merge(child, into=parent, by=region.coordinator)
    closing.give_feedback(parent, "Pumpen är bytt.", by=region.coordinator)

    page = guest.get(follow(guest, fresh(child))).content.decode()

    assert "Pumpen är bytt." in page
    assert parent.number not in page


# --- one's own -----------------------------------------------------------------------------


def test_one_sees_ones_own_reports_and_nobody_elses(region):
    mine = file_report(region.ward, region.reporter)
    theirs = file_report(region.ward, region.coordinator)
    anonymous = file_report(region.ward)
    client = a_client(region.reporter)

    page = client.get(reverse("own_reports"))

    assert [row.case for row in page.context["rows"]] == [mine]
    assert client.get(reverse("own_report", args=[mine.number])).status_code == 200
    for other in (theirs, anonymous):
        here = reverse("own_report", args=[other.number])
        assert client.get(here).status_code == 404
        assert client.post(here, {"gor": "svar", "text": "Hej"}).status_code == 404
    assert client.get(reverse("own_report", args=["AV-1999-00001"])).status_code == 404
    assert not theirs.comments.exists()
    assert Event.objects.using("trail").denials().filter(actor_id=region.reporter.pk).count() == 4


def test_the_coordinator_reads_the_case_on_its_own_page_not_as_the_reporter(region):
    case = file_report(region.ward, region.reporter)

    response = a_client(region.coordinator).get(reverse("own_report", args=[case.number]))

    assert response.status_code == 404


def test_one_has_to_be_signed_in_for_ones_own(region, guest):
    case = file_report(region.ward, region.reporter)

    for path in (reverse("own_reports"), reverse("own_report", args=[case.number])):
        assert guest.get(path).url.startswith("/konto/logga-in/")


def test_the_list_says_where_one_is_asked_and_what_is_answered(cases, reporter):
    asked, closed = cases["returned"], cases["closed"]
    page = a_client(reporter).get("/mina-anmalningar/")
    rows = {row.case: row for row in page.context["rows"]}

    assert (rows[asked].asks, rows[asked].word) == (True, "mottagen")
    assert (rows[closed].asks, rows[closed].word, rows[closed].answered) == (False, "klar", False)


def test_the_list_costs_the_same_for_one_and_three(region, django_assert_num_queries):
    client = a_client(region.reporter)
    client.get("/mina-anmalningar/")
    for count in (1, 2):
        for _ in range(count):
            file_report(region.ward, region.reporter)
        with django_assert_num_queries(8):
            assert client.get("/mina-anmalningar/").status_code == 200


def test_a_page_costs_the_same_with_little_and_much_said(region, guest, django_assert_num_queries):
    case = file_report(region.ward)
    here = follow(guest, case)
    guest.get(here)
    with django_assert_num_queries(8):
        guest.get(here)
    for n in range(3):
        closing.give_feedback(case, f"Svar {n}.", by=region.coordinator)
        coordination.answered_by_reporter(case, f"Tack {n}.", by=None)
    guest.get(here)
    with django_assert_num_queries(8):
        guest.get(here)


def test_somebody_who_has_reported_nothing_is_told_so(region):
    page = a_client(region.coordinator).get("/mina-anmalningar/").content.decode()

    assert "Du har inte anmält något än" in page


# --- while writing -------------------------------------------------------------------------

ABOUT_A_PUMP = "Infusionspumpen stannade mitt i infusionen utan att larma, slangen var klämd."


def similar(client, unit, text=ABOUT_A_PUMP):
    return client.post("/anmal/liknande/", {"what_happened": text, "unit": unit.code})


def test_of_what_one_may_not_see_only_a_number_is_said_and_only_from_three(region, guest):
    for n in range(2):
        file_report(region.ward, what_happened=f"Infusionspumpen stannade utan att larma, sal {n}.")
    assert similar(guest, region.ward).content.decode().strip() == ""

    file_report(region.ward, what_happened="Infusionspumpen stannade, inget larm, klämd slang.")
    page = similar(guest, region.ward).content.decode()

    assert "3 liknande anmälningar de senaste 14 dagarna" in page
    assert "sal 1" not in page


def test_what_one_may_see_is_shown_by_title_and_marked_as_read(region):
    mine = file_report(region.ward, region.reporter, what_happened=ABOUT_A_PUMP)
    file_report(region.ward, what_happened="Infusionspumpen stannade utan att larma i sal 9.")

    page = similar(a_client(region.reporter), region.ward).content.decode()

    assert mine.number in page
    assert "sal 9" not in page
    read = Event.objects.get(action="list.read", actor_id=region.reporter.pk)
    assert read.payload.body["cases"] == [mine.pk]
    both = similar(a_client(region.coordinator), region.ward).content.decode()
    assert "sal 9" in both


def test_secret_old_and_other_units_reports_are_not_counted(region, guest):
    for number, about in enumerate(("secret", "old", "other", "same")):
        unit = region.sibling if about == "other" else region.ward
        case = file_report(unit, what_happened=f"{ABOUT_A_PUMP} Sal {number}.")
        if about == "secret":
            Case.objects.filter(pk=case.pk).update(secrecy=1, version=case.version + 1)
        if about == "old":
            long_ago = timezone.now() - timedelta(days=15)
            Case.objects.filter(pk=case.pk).update(filed_at=long_ago, version=case.version + 1)
    file_report(region.ward, what_happened=ABOUT_A_PUMP)

    assert similar(guest, region.ward).content.decode().strip() == ""


@pytest.mark.parametrize("text", ["", "pump", "xyzzy " * 20])
def test_nothing_is_said_of_a_text_that_says_too_little(region, guest, text):
    for _ in range(3):
        file_report(region.ward, what_happened=ABOUT_A_PUMP)

    assert similar(guest, region.ward, text).content.decode().strip() == ""


def test_a_number_tells_the_product_and_not_where_it_is(region, guest):
    from tests.factories import make_device

    make_device("MT-20417", unit=region.devices)

    page = guest.post("/anmal/utrustning/", {"device_number": "mt 20417"}).content.decode()

    assert "Volumed 300" in page
    assert region.devices.name not in page
    unknown = guest.post("/anmal/utrustning/", {"device_number": "MT-1"}).content.decode()
    assert "hittar inget med numret MT-1" in unknown
    assert guest.post("/anmal/utrustning/", {}).content.decode().strip() == ""


def test_the_help_is_away_when_too_much_is_asked_from_one_address(region, guest, settings):
    settings.TRIES_PER_HOUR = {**settings.TRIES_PER_HOUR, "ask": 1}
    for _ in range(3):
        file_report(region.ward, what_happened=ABOUT_A_PUMP)

    assert "3 liknande" in similar(guest, region.ward).content.decode()
    assert similar(guest, region.ward).content.decode().strip() == ""


# --- on paper ------------------------------------------------------------------------------


@pytest.mark.parametrize("preselected", [True, False])
def test_the_form_on_paper_asks_the_same(region, guest, preselected):
    path = f"/anmal/{region.ward.code}/blankett/" if preselected else "/anmal/blankett/"

    page = guest.get(path).content.decode()

    for question in ("Vad hände?", "När hände det?", "Vem berördes?", "Blev någon skadad?"):
        assert question in page
    assert (region.ward.name in page) == preselected
