"""How much is covered over time: counted by hand from dated rows, drawn, in the table, in the file."""

import re
from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patientsakerhet.cases.models import Case
from patientsakerhet.information_security import coverage
from patientsakerhet.information_security.actions import deciding, impact, past
from patientsakerhet.information_security.actions.ordering import Order
from patientsakerhet.information_security.actions.past import Past
from patientsakerhet.information_security.models import SystemStanding
from patientsakerhet.lib import calendar
from tests.information_security.making import LEVELS, REASONS
from tests.information_security.test_impact import Impact
from tests.information_security.test_pages import text_of
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return Impact()


def noon(day):
    return calendar.moment(day, time(12))


def classified(world, system, decided, until, *, risks=True):
    """A classification of the system from an earlier list, with or without its risk assessment."""
    at = noon(decided)
    order = Order(occasion="existing", owner=world.owner, system=system)
    return past.bring(
        [
            Past(
                order=order, lead=world.lead,
                at=[at - timedelta(days=days) for days in (4, 3, 2, 1, 0)],
                information="Journaler.", levels=LEVELS, reasons=REASONS, decision="accepted",
                decision_reason="Små risker.", no_risks_reason="Inga." if risks else "",
                valid_until=until, source=("lista", system.name), is_risk_assessed=risks,
            )
        ],
        by=None, right="test",
    )[0]  # fmt: skip


@pytest.fixture
def shown(world):
    """A day when everybody's roles hold. Three systems on the 20th of May: one classified since January, one until March and without
    risks, one never."""
    with time_machine.travel(noon(date(2027, 5, 20)), tick=False):
        classified(world, world.system, date(2027, 1, 15), date(2030, 1, 15))
        world.second = world.another_system()
        classified(world, world.second, date(2026, 3, 10), date(2027, 3, 10), risks=False)
        world.another_system()
        yield SystemStanding.objects.visible_to(world.lead).in_use().of_systems()


def test_each_month_counts_what_held_on_its_last_day(shown):
    found = {one.day: one for one in coverage.over_time(shown)}

    assert len(found) == 13
    assert max(found) == date(2027, 5, 20)
    counts = {day: (one.classified, one.risk_assessed) for day, one in found.items()}
    assert counts[date(2026, 12, 31)] == (1, 0)
    assert counts[date(2027, 1, 31)] == (2, 1)
    assert counts[date(2027, 2, 28)] == (2, 1)
    assert counts[date(2027, 3, 31)] == (1, 1)
    assert found[date(2027, 1, 31)].shares == (67, 33, 0)


def test_quarters_end_where_quarters_end(shown):
    found = coverage.over_time(shown, quarters=True, count=5)

    assert [one.day for one in found] == [
        date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31), date(2027, 3, 31),
        date(2027, 5, 20),
    ]  # fmt: skip
    assert [one.classified for one in found] == [1, 1, 1, 1, 1]
    assert [one.label for one in found[-2:]] == ["kv. 1 2027", "kv. 2 2027"]


def test_an_ended_classification_no_longer_holds(shown, world):
    case = Case.objects.get(information_classification__system=world.system)
    with time_machine.travel(noon(date(2027, 4, 10))):
        deciding.take_step(case, "end", by=world.lead, reason="Stängt.")

    found = {one.day: one.classified for one in coverage.over_time(shown)}

    assert (found[date(2027, 3, 31)], found[date(2027, 4, 30)]) == (1, 0)


def test_an_impact_assessment_counts_until_its_review_and_a_screening_for_good(shown, world):
    with time_machine.travel(noon(date(2027, 2, 3))):
        impact.decide(
            world.to_decide(), by=world.owner, decision="proceed", reason="Små risker.",
            review_on=date(2027, 3, 30),
        )  # fmt: skip
    with time_machine.travel(noon(date(2027, 4, 2))):
        case = world.started(system=world.second)
        answers = {row.criterion_id: False for row in case.impact_assessment.screening.all()}
        impact.screen(case, answers, by=world.lead)
        world.go(case, "set_aside")

    found = coverage.over_time(shown, count=5)

    assert [(one.day.month, one.impact_assessed) for one in found] == [
        (1, 0), (2, 1), (3, 0), (4, 1), (5, 1)
    ]  # fmt: skip


def test_the_page_draws_what_its_table_says(shown, world):
    answer = signed_in(world.lead).get(reverse("classification_coverage"))
    text = text_of(answer)

    assert text.count('<svg class="plot"') == 3
    assert text.count("<polyline") == 3
    assert "33 % är klassade" in text
    assert len(re.findall(r"<tr><th scope=\"row\">[^<]*\s202[67]</th>", text)) == 13
    assert "style=" not in text.split("<main")[1]
    [points] = re.findall(r'points="([^"]*)"', text)[:1]
    assert len(points.split()) == 13


def test_the_coverage_is_narrowed_and_taken_out_as_it_is_narrowed(shown, world):
    client = signed_in(world.lead)
    asked = {"criticality": "high", "unit": "IT-drift", "period": "kvartal"}

    page = client.get(reverse("classification_coverage"), asked)
    none = client.get(reverse("classification_coverage"), {"criticality": "low"})
    answer = client.get(reverse("classification_coverage_extract", args=["csv"]), asked)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert [one.systems for one in page.context["moments"]] == [3] * 13
    assert none.context["whole"].systems == 0
    assert "Inga system" in text_of(none)
    assert lines[0].startswith("Urval: ")
    assert "Kvartal för kvartal" in lines[0]
    assert lines[1].startswith("Dag;System i drift;Klassning gäller;")
    assert lines[-1].startswith("2027-05-20;3;1;33;1;33;0;0")
    assert len(lines) == 15
    assert client.get(reverse("classification_coverage"), {"period": "år"}).status_code == 422


def test_three_statements_count_it_all(shown):
    with CaptureQueriesContext(connection) as asked:
        coverage.over_time(shown)

    assert len(asked) == 3
