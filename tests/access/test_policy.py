"""Who may do what: the table, the reach, secrecy, and that list and page agree."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.policy import GRANTS, Can
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.organisation.models import Assignment, Person, Role
from tests.factories import Region, file_report, fresh, in_status, person_as
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


def _investigated():
    region = Region()
    return region, in_status("in_investigation", region)


_made, investigated = made_once(_investigated)


@pytest.fixture
def region(investigated):
    return investigated[0]


@pytest.fixture
def case(investigated):
    """A case under investigation."""
    return investigated[1]


HANDLING = {
    "file",
    "read",
    "receive",
    "hand_over",
    "assess",
    "investigate",
    "decide_measures",
    "do_measures",
    "comment",
    "answer_reporter",
    "export",
    "read_notice",
    "answer_notice",
    "read_register",
    "lead_analysis",
    "ask_for_report",
    "keep_reports",
}
ANSWERING = HANDLING | {
    "close",
    "reopen",
    "read_sensitive",
    "get_escalations",
    "decide_report",
    "read_classification",
    "read_year_registers",
}
EXPECTED = {
    "reporter": {"file", "read_notice"},
    "unit_manager": ANSWERING | {"decide_analysis"},
    "head_of_operations": ANSWERING
    | {"decide_analysis", "decide_security_report", "decide_classification", "lead_incident"},
    "coordinator": ANSWERING
    | {
        "coordinate",
        "lead_incident",
        "see_reporter",
        "see_readers",
        "set_secrecy",
        "manage_rules",
        "import_cases",
        "see_undelivered",
        "manage_notices",
        "keep_register",
        "keep_parties",
        "import_register",
        "keep_year_registers",
        "keep_responsibilities",
        "recalculate",
        "write_annual_report",
    },
    "investigator": HANDLING | {"close"},
    "action_owner": {"file", "do_measures", "read_notice", "answer_notice"},
    "chief_physician": ANSWERING
    | {
        "coordinate",
        "lead_incident",
        "see_reporter",
        "see_readers",
        "set_secrecy",
        "read_protected",
        "review_downgrades",
        "manage_rules",
        "see_undelivered",
        "manage_notices",
        "waive_notice",
        "decide_analysis",
        "decide_lex_maria",
        "decide_security_report",
        "keep_year_registers",
        "keep_responsibilities",
        "recalculate",
        "write_annual_report",
        "sign_annual_report",
    },
    "infosec_coordinator": {
        "file",
        "comment",
        "read_notice",
        "read_register",
        "read_classification",
        "lead_classification",
        "read_year_registers",
        "keep_year_registers",
        "ask_for_report",
        "keep_reports",
    },
    "system_manager": HANDLING
    | {"keep_register", "read_classification", "deliver_classification", "lead_incident"},
    "external_party": {"file", "read_extract", "comment", "read_notice", "answer_notice"},
    "log_reviewer": {"review_log"},
    "administrator": {
        "administer",
        "see_undelivered",
        "read_register",
        "keep_register",
        "keep_parties",
        "import_register",
    },
}


@pytest.mark.parametrize("role", Role.values)
def test_each_role_grants_what_the_hand_written_table_says(role):
    assert {c.value for c in GRANTS[Role(role)]} == EXPECTED[role]


def test_an_administrator_reads_no_case(region, case):
    administrator = person_as(Role.ADMINISTRATOR, region.root)

    assert not policy.capabilities(administrator, case)
    assert not Case.objects.visible_to(administrator).exists()


PLACES = ("root", "ward", "administration", "devices", "private")
OTHER_PLACES = ("hospital", "sibling", "desk", "operations")


@pytest.mark.parametrize("places", [PLACES, pytest.param(OTHER_PLACES, marks=pytest.mark.long)])
def test_the_list_and_the_page_agree(places, region, case):
    """What one may open is what one may see in the list; two rules would drift apart."""
    cases = [
        case,
        in_status("reported", region),
        file_report(region.sibling),
        file_report(region.private),
        file_report(region.devices),
    ]
    people = [(role, place) for role in Role.values for place in places]
    people = [(role, place, person_as(role, getattr(region, place))) for role, place in people]
    agreed = 0

    for secrecy in (0, 1, 2):
        for one in cases:
            Case.objects.filter(pk=one.pk).update(secrecy=secrecy, version=fresh(one).version + 1)
        now = [fresh(one) for one in cases]
        for role, place, person in people:
            held = {one.pk: policy.capabilities(person, one) for one in now}
            for capability in (Can.READ, Can.READ_EXTRACT, Can.COORDINATE):
                listed = set(
                    Case.objects.where_may(person, capability).values_list("pk", flat=True)
                )
                opened = {pk for pk, granted in held.items() if capability in granted}
                assert listed == opened, (role, place, capability, secrecy)
                agreed += len(listed)
    assert agreed > 50, "a comparison of nothing with nothing"


@pytest.mark.parametrize(
    ("place", "sees"),
    [
        ("root", True),
        ("hospital", True),
        ("ward", True),
        ("sibling", False),
        ("devices", True),
        ("operations", False),
        ("administration", True),
        ("private", False),
    ],
)
def test_a_manager_sees_what_has_reached_her_unit_or_one_below(place, sees, region, case):
    manager = person_as(Role.UNIT_MANAGER, getattr(region, place))

    assert Case.objects.visible_to(manager).filter(pk=case.pk).exists() is sees


@pytest.mark.parametrize(
    ("state", "sees"),
    [("current", True), ("future", False), ("ended", False), ("inactive", False)],
)
def test_only_a_role_in_force_opens_a_case(state, sees, region):
    case = file_report(region.ward)
    manager = person_as(Role.UNIT_MANAGER, region.ward)
    today = timezone.localdate()
    held = Assignment.objects.filter(person=manager)
    if state == "future":
        held.update(valid_from=today + timedelta(days=1))
    elif state == "ended":
        held.update(valid_to=today - timedelta(days=1))
    elif state == "inactive":
        Person.objects.filter(pk=manager.pk).update(is_active=False)
    manager = Person.objects.get(pk=manager.pk)

    assert Case.objects.visible_to(manager).filter(pk=case.pk).exists() is sees
    assert bool(policy.capabilities(manager, case)) is sees


def test_a_share_that_has_ended_is_closed_at_once(region):
    case = file_report(region.ward)
    party = person_as(Role.EXTERNAL_PARTY, region.private)
    policy.reach(
        case, Level.EXTRACT, unit=region.private, until=timezone.now() + timedelta(hours=1)
    )
    assert policy.capabilities(party, case) == {Can.READ_EXTRACT, Can.COMMENT}

    CaseAccess.objects.filter(case=case, unit=region.private).update(
        valid_until=timezone.now() - timedelta(seconds=1)
    )

    assert not policy.capabilities(party, case)
    assert not Case.objects.extract_visible_to(party).exists()


def test_an_external_party_sees_an_extract_never_the_case(region):
    case = file_report(region.ward)
    party = person_as(Role.EXTERNAL_PARTY, region.private)
    policy.reach(case, Level.EXTRACT, unit=region.private)

    assert not Case.objects.visible_to(party).exists()
    assert list(Case.objects.extract_visible_to(party)) == [case]


@pytest.mark.parametrize(
    ("role", "levels"),
    [
        ("coordinator", {0, 1}),
        ("chief_physician", {0, 1, 2}),
        ("unit_manager", {0, 1}),
        ("investigator", {0}),
        ("system_manager", {0}),
        ("infosec_coordinator", set()),
    ],
)
def test_secrecy_closes_a_case_to_roles_below_it(role, levels, region):
    person = person_as(role, region.root)
    for secrecy in (0, 1, 2):
        case = file_report(region.ward)
        Case.objects.filter(pk=case.pk).update(secrecy=secrecy, version=case.version + 1)

        assert (Can.READ in policy.capabilities(person, fresh(case))) is (secrecy in levels)


def test_the_named_handler_keeps_a_protected_case(region, case):
    steps.set_secrecy(case, 2, by=region.physician, reason="Skyddad identitet.")

    assert Can.READ in policy.capabilities(region.investigator, fresh(case))
    assert region.investigator == fresh(case).handler


def test_a_refused_act_leaves_no_trace_but_the_attempt(region):
    case = in_status("assigned", region)
    before = (fresh(case).version, case.transitions.count())

    with pytest.raises(NotAllowed):
        steps.take_step(case, "receive", by=person_as(Role.REPORTER, region.ward))

    assert (fresh(case).version, case.transitions.count()) == before
    assert Event.objects.using("trail").filter(action="case.receive", kind="denied").exists()


def test_a_reporter_always_sees_her_own_and_no_others(region, case):
    mine, other = file_report(region.ward, region.reporter), file_report(region.ward)
    for status in ("closed", "rejected", "merged"):
        in_status(status, region)

    assert mine in Case.objects.filed_by(region.reporter)
    assert other not in Case.objects.filed_by(region.reporter)
    assert case in Case.objects.filed_by(region.reporter)
    assert Case.objects.filed_by(region.reporter).count() == 6  # merged has a parent of hers too
    assert not Case.objects.visible_to(region.reporter).exists()
