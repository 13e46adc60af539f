"""How risks are scored: a new version from a day, analyses that keep theirs, limits that decide."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import methods, risks
from patientsakerhet.risk_analysis.models import ScoringMethod
from patientsakerhet.risk_analysis.picture import picture
from tests.factories import person_as
from tests.risk_analysis.making import World
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def matrix():
    return ScoringMethod.objects.get(code="matris")


@pytest.fixture
def administrator():
    return person_as(Role.ADMINISTRATOR, World().region.root)


def facts(method, **changes):
    return {**{name: getattr(method, name) for name in methods.CHANGEABLE}, **changes}


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_a_new_version_holds_from_its_day_and_analyses_keep_theirs(matrix, administrator):
    case = World().in_status("analysing")

    new = methods.renew(
        matrix, by=administrator, since=tomorrow(), version=1, **facts(matrix, high_from=9)
    )

    matrix.refresh_from_db()
    assert (new.version, new.high_from, matrix.valid_to) == (2, 9, timezone.localdate())
    assert list(ScoringMethod.objects.current().filter(code="matris")) == [matrix]
    assert case.risk_analysis.method == matrix


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"high_from": 3}, "Hög risk ska börja över medelhög"),
        ({"high_from": 17}, "Hög risk ska börja över medelhög"),
        ({"measure_from": 99}, "Gränsen för åtgärd"),
        ({"severity_labels": ["A", "B"]}, "Varje skala ska ha 4 steg"),
        ({"basis": " "}, "Skriv vilken grund"),
    ],
)
def test_a_version_that_cannot_be_used_is_refused(changes, says, matrix, administrator):
    with pytest.raises(NotReady, match=says):
        methods.renew(
            matrix, by=administrator, since=tomorrow(), version=1, **facts(matrix, **changes)
        )


def test_a_day_that_has_been_is_refused(matrix, administrator):
    with pytest.raises(NotReady, match="Välj en senare dag"):
        methods.renew(
            matrix, by=administrator, since=timezone.localdate(), version=1, **facts(matrix)
        )


def test_the_page_changes_a_limit_and_keeps_what_was_written(matrix, administrator):
    client = signed_in(administrator)
    address = reverse("scoring_method", args=["matris"])
    assert client.get(address).status_code == 200
    form = {
        **{name: getattr(matrix, name) for name in ("name", "basis", "version", *methods.LIMITS)},
        **{name: "\n".join(getattr(matrix, name)) for name in methods.WORDS},
        "since": f"{tomorrow()}",
    }

    refused = client.post(address, {**form, "high_from": 2})
    assert refused.status_code == 409
    client.post(address, {**form, "high_from": 12})

    assert ScoringMethod.objects.get(code="matris", version=2).high_from == 12
    assert "version 2" in client.get(reverse("scoring_methods")).content.decode()


def test_detection_counts_where_the_method_has_it():
    world = World()
    case = world.commissioned(method=ScoringMethod.objects.get(code="fmea"))
    risk = risks.add(case, by=world.leader, title="Fel")

    made = risks.score(
        risk, by=world.leader, stage="before", severity=5, probability=5, detection=6
    )

    assert (made.score, made.band) == (150, 3)
    with pytest.raises(NotReady, match="mellan 1 och 10"):
        risks.score(risk, by=world.leader, stage="before", severity=5, probability=5)


def test_each_risk_stands_in_its_square_of_the_picture(matrix):
    world = World()
    case = world.commissioned()
    for factors in ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3), (1, 4)):
        world.risk(case, factors=factors)
    placed = [(one, one.before) for one in case.risk_analysis.risks.order_by("serial")]

    drawn = picture(matrix, placed, key="fore", title="Före")

    assert [mark.text for mark in drawn.marks] == ["6", "1", "2", "3", "+2"]
    squares = {(one.x, one.y): one for one in drawn.fields}
    assert len(squares) == 16
    for mark in drawn.marks:
        inside = [
            one for (x, y), one in squares.items()
            if x <= float(mark.x) <= x + drawn.wide and y <= float(mark.y) <= y + drawn.high
        ]  # fmt: skip
        assert [one.score for one in inside] == ["4" if mark.text == "6" else "9"]
    assert drawn.spoken.startswith("risk 1: 9, hög")
    assert [one.number for one in drawn.down] == [1, 2, 3, 4]
