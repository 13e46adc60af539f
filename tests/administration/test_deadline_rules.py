"""Deadline rules: a changed one is a new row from a day, with its ground in words."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from patientsakerhet.administration.actions import deadline_rules
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import deadlines
from patientsakerhet.cases.models import DeadlineRule
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Role
from tests.administration.conftest import exported, lines
from tests.factories import file_report, person_as

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

FACTS = {
    "label": "Koordineras",
    "amount": 5,
    "measured": "working_days",
    "remind_before": 1,
    "escalate_after": 2,
    "basis": "Beslut av patientsäkerhetsrådet.",
    "standing": "local",
}


@pytest.fixture
def today():
    return timezone.localdate()


def rules(status="reported"):
    return list(
        DeadlineRule.objects.filter(kind="deviation", status=status)
        .order_by("valid_from")
        .values_list("amount", "valid_from", "valid_to")
    )


def test_a_changed_rule_is_a_new_row_and_running_deadlines_keep_their_day(region, admin, today):
    case = file_report(region.ward)
    before = case.due_at

    deadline_rules.set_rule("deviation", "reported", by=admin, since=today, **FACTS)

    assert rules() == [(7, date(2020, 1, 1), today - timedelta(days=1)), (5, today, None)]
    assert deadlines.rule_for("deviation", "reported").amount == 5
    case.refresh_from_db()
    assert case.due_at == before
    assert Event.objects.get(action="deadline_rule.set").actor_id == admin.pk


def test_a_rule_decided_for_later_waits_for_its_day(admin, today):
    later = today + timedelta(days=30)
    deadline_rules.set_rule("deviation", "reported", by=admin, since=later, **FACTS)
    assert deadlines.rule_for("deviation", "reported").amount == 7


def test_what_is_already_so_changes_nothing(admin, today):
    first = deadline_rules.set_rule("deviation", "reported", by=admin, **FACTS)
    again = deadline_rules.set_rule("deviation", "reported", by=admin, **FACTS)
    assert first == again
    assert len(rules()) == 2


def test_a_rule_from_today_that_nobody_has_met_is_corrected(admin):
    deadline_rules.set_rule("deviation", "reported", by=admin, **FACTS)
    deadline_rules.set_rule("deviation", "reported", by=admin, **{**FACTS, "amount": 6})
    assert [row[0] for row in rules()] == [7, 6]


def test_a_rule_from_today_that_has_been_met_is_not(region, admin):
    deadline_rules.set_rule("deviation", "reported", by=admin, **FACTS)
    file_report(region.ward)
    with pytest.raises(NotReady, match="redan fått tidsgränser"):
        deadline_rules.set_rule("deviation", "reported", by=admin, **{**FACTS, "amount": 6})


@pytest.mark.parametrize(
    ("state", "given", "said"),
    [
        (("deviation", "closed"), {}, "väntar inga ärenden"),
        (("deviation", "borta"), {}, "väntar inga ärenden"),
        (("borta", "reported"), {}, "finns inte"),
        (("deviation", "reported"), {"basis": " "}, "vilken grund"),
        (("deviation", "reported"), {"label": ""}, "Benämning saknas"),
        (("deviation", "reported"), {"amount": 0}, "deadline_rule_has_a_length"),
        (("deviation", "reported"), {"measured": "veckor"}, "Räknas i"),
        (("deviation", "reported"), {"since": date(2019, 1, 1)}, "gäller redan från 2020-01-01"),
    ],
)
def test_what_cannot_be_is_refused(admin, state, given, said):
    with pytest.raises(NotReady, match=said):
        deadline_rules.set_rule(*state, by=admin, **{**FACTS, **given})
    assert len(rules()) == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_may(region, role):
    with pytest.raises(NotAllowed):
        deadline_rules.set_rule("deviation", "reported", by=person_as(role, region.root), **FACTS)


HEAD = "Slag;Läge;Benämning;Längd;Räknas i;Påminn före;Lyft efter;Grund;Ställning;Gäller från\n"


def test_rules_are_read_in_and_told(read_in, today):
    run = read_in(
        "deadline_rules",
        f"{HEAD}deviation;Inkommen;Koordineras;5;arbetsdagar;2;7;Beslut.;lokalt mål;\n",
    )
    [(number, outcome, text)] = lines(run)
    assert (number, outcome) == (2, "changed")
    assert "Längd: 7 → 5" in text
    assert "Räknas i: calendar_days → working_days" in text
    assert rules()[1] == (5, today, None)


def test_our_own_export_read_in_changes_nothing(read_in, tmp_path):
    run = read_in("deadline_rules", exported("deadline_rules", tmp_path))
    assert run.planned == {"unchanged": DeadlineRule.objects.count()}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("borta;reported;X;5;timmar;;;G;lokalt mål;", "Slag: borta finns inte"),
        ("deviation;borta;X;5;timmar;;;G;lokalt mål;", "Läge: borta finns inte."),
        ("deviation;closed;X;5;timmar;;;G;lokalt mål;", "väntar inga ärenden"),
        ("deviation;reported;X;;timmar;;;G;lokalt mål;", "Längd saknas."),
        ("deviation;reported;X;-5;timmar;;;G;lokalt mål;", "Längd: -5 är inget helt tal."),
        ("deviation;reported;X;5;veckor;;;G;lokalt mål;", "Räknas i: veckor finns inte."),
        ("deviation;reported;X;5;timmar;;;;lokalt mål;", "Grund saknas."),
        ("deviation;reported;X;5;timmar;;;G;säker;", "Ställning: säker finns inte."),
        ("deviation;reported;X;99999;timmar;;;G;lokalt mål;", "Längd"),
    ],
)
def test_a_bad_row_is_told_and_no_rule_is_changed(read_in, row, said):
    run = read_in(
        "deadline_rules",
        f"{HEAD}deviation;assigned;Tas emot;9;timmar;;;G;lokalt mål;\n{row}\n",
    )
    assert said in run.lines.get(outcome="error").text
    assert len(rules("assigned")) == 1
