"""Deadline rules on pages: seen with their ground, tried on the open cases, set from a day."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from patientsakerhet.administration.preview import late_if_begun_before, preview
from patientsakerhet.cases.actions.deadlines import later
from patientsakerhet.cases.models import Deadline, DeadlineRule
from patientsakerhet.lib import calendar
from tests.factories import in_status, person_as
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
LIST = "/installningar/tidsgranser/"
ONE = f"{LIST}deviation/reported/"


@pytest.fixture
def client(admin):
    return signed_in(admin)


def given(**more):
    return {
        "label": "Koordinerat",
        "amount": "2",
        "measured": "calendar_days",
        "remind_before": "1",
        "escalate_after": "1",
        "standing": "local",
        "basis": "Regionens mål för 2027.",
        "since": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "do": "save",
        **more,
    }


def begun(case, days):
    """The case's running deadline began this long ago, and is what the rule of then gave."""
    running = Deadline.objects.open().get(case=case)
    at = timezone.now() - timedelta(days=days)
    due = later(at, running.rule.amount, running.rule.measured)
    Deadline.objects.filter(pk=running.pk).update(starts_at=at, due_at=due)


def test_every_state_stands_with_its_ground(client):
    page = client.get(LIST)

    assert len(page.context["rows"]) == DeadlineRule.objects.filter(valid_to=None).count()
    text = client.get(ONE).content.decode()
    assert DeadlineRule.objects.get(status="reported", kind="deviation").basis in text.replace(
        "&quot;", '"'
    )


def test_a_new_value_holds_from_its_day_and_running_deadlines_stay(client, region):
    case = in_status("reported", region)
    before = Deadline.objects.open().get(case=case)
    old = before.rule

    answer = client.post(ONE, given(), follow=True)

    assert "2 kalenderdagar från och med" in answer.content.decode()
    old.refresh_from_db()
    new = DeadlineRule.objects.get(status="reported", kind="deviation", valid_to=None)
    assert (new.amount, new.remind_before, new.escalate_after) == (2, 1, 1)
    assert old.valid_to == timezone.localdate()
    after = Deadline.objects.open().get(case=case)
    assert (after.due_at, after.rule) == (before.due_at, old)
    assert old.basis in answer.content.decode().replace("&quot;", '"')


def test_trying_a_rule_counts_and_changes_nothing(client, region):
    for days in (1, 5, 9):
        begun(in_status("reported", region), days)
    rules = list(DeadlineRule.objects.values())
    late_now = Deadline.objects.overdue().count()

    answer = client.post(ONE, given(amount="4", remind_before="1", do="try"))

    tried = answer.context["tried"]
    assert (tried.waiting, tried.late, tried.would_be_late) == (3, late_now, 2)
    assert answer.context["form"]["amount"].value() == "4"
    assert list(DeadlineRule.objects.values()) == rules


@pytest.mark.parametrize("measured", ["calendar_days", "working_days", "hours"])
@pytest.mark.parametrize("amount", [1, 3, 14])
def test_the_limit_of_the_preview_is_that_of_the_deadline_itself(amount, measured):
    now = calendar.moment(date(2026, 4, 8), time(10))  # the week after Easter
    limit = late_if_begun_before(amount, measured, now)

    assert later(limit - timedelta(seconds=1), amount, measured) < now
    assert later(limit + timedelta(seconds=1), amount, measured) >= now


def test_a_preview_of_no_cases_says_so(client):
    assert preview("deviation", "reported", 1, "hours").waiting == 0
    page = client.post(ONE, given(do="try")).content.decode()
    assert "Inget öppet ärende står i läget" in page


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"basis": " "}, 422, "basis"),
        ({"amount": "0"}, 422, "amount"),
        ({"remind_before": "2"}, 422, "remind_before"),
        ({"since": "2019-01-01"}, 409, "__all__"),
        ({"measured": "weeks"}, 422, "measured"),
    ],
)
def test_a_bad_rule_is_refused_and_kept_in_the_form(change, status, field, client):
    answer = client.post(ONE, given(**change))

    assert answer.status_code == status
    assert field in answer.context["form"].errors
    assert answer.context["form"]["label"].value() == "Koordinerat"
    assert DeadlineRule.objects.filter(status="reported", kind="deviation").count() == 1


def test_what_is_already_so_is_said_to_be(client):
    client.post(ONE, given())
    answer = client.post(ONE, given(), follow=True)

    assert "Inget är ändrat" in answer.content.decode()
    assert DeadlineRule.objects.filter(status="reported", kind="deviation").count() == 2


@pytest.mark.parametrize("path", ["deviation/closed/", "deviation/nowhere/", "riddle/reported/"])
def test_a_state_in_which_nothing_waits_has_no_page(path, client):
    assert client.get(LIST + path).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_trying_costs_the_same_with_one_case_and_three(
    count, client, region, django_assert_num_queries
):
    for _ in range(count):
        in_status("reported", region)
    client.get(ONE)
    with django_assert_num_queries(8):
        assert client.post(ONE, given(do="try")).context["tried"].waiting == count


def test_the_form_refuses_a_post_without_its_token(admin):
    strict = signed_in(admin, enforce_csrf_checks=True)

    assert strict.post(ONE, given()).status_code == 403
    assert DeadlineRule.objects.filter(status="reported", kind="deviation").count() == 1


def test_the_rules_are_taken_out_as_a_file(client):
    file = b"".join(client.get("/installningar/filer/ut/deadline_rules/csv/")).decode()
    assert "reported" in file


@pytest.mark.parametrize("role", ["coordinator", "chief_physician"])
def test_nobody_else_comes_in(role, region):
    client = signed_in(person_as(role, region.root))

    assert client.get(LIST).status_code == 403
    assert client.post(ONE, given()).status_code == 403
