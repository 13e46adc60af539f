"""The risk scale on its page: the picture, what a new one would mean, set from a day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from avvikelse.actions import assessment
from avvikelse.defaults import SCALE
from avvikelse.forms.scales import ScaleForm
from avvikelse.models import RiskScale
from avvikelse.scales import current_scale
from tests.factories import Region, in_status, person_as
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/installningar/riskskala/"


@pytest.fixture
def region():
    return Region()


@pytest.fixture
def admin(region):
    return person_as("administrator", region.root)


@pytest.fixture
def client(admin):
    return signed_in(admin)


def given(**more):
    """The form as it stands when it is opened, with what is changed."""
    form = ScaleForm(current_scale())
    return {name: form[name].value() for name in form.fields} | {"do": "save"} | more


def test_the_page_shows_the_matrix_and_the_limits(client):
    page = client.get(PAGE)

    text = page.content.decode()
    assert "Händelseanalys från risktal 8 eller allvarlighet 3" in text
    assert text.count('<table class="matrix">') == 1
    bands = [square.band for _, _, squares in page.context["matrix"].rows for square in squares]
    assert len(bands) == 16
    assert set(bands) == {1, 2, 3}


def test_limits_are_changed_from_a_day(client, region):
    tomorrow = timezone.localdate() + timedelta(days=1)
    old = current_scale()

    answer = client.post(PAGE, given(analysis_from_score="6", since=tomorrow.isoformat()))

    assert answer.status_code == 302
    new = RiskScale.objects.get(valid_to=None)
    old.refresh_from_db()
    assert (new.analysis_from_score, new.valid_from) == (6, tomorrow)
    assert old.valid_to == timezone.localdate()
    assert current_scale() == old
    assert new.severity_labels == old.severity_labels


def test_a_threshold_decides_who_is_asked_for_an_analysis(client, region):
    """The limit is the region's own: the same assessment asks for an analysis or does not."""
    today = timezone.localdate()
    client.post(PAGE, given(analysis_from_score="4", analysis_from_severity="4", since=today))
    case = in_status("in_coordination", region)
    assessment.assess(case, by=region.coordinator, actual=0, potential=2, probability=2)
    case.deviation.refresh_from_db()
    assert case.deviation.needs_event_analysis


def test_trying_shows_the_new_matrix_and_counts_and_changes_nothing(client, region):
    case = in_status("in_coordination", region)
    assessment.assess(case, by=region.coordinator, actual=0, potential=2, probability=2)

    page = client.post(PAGE, given(analysis_from_score="4", high_from="5", do="try"))

    tried = page.context["tried"]
    assert (tried.assessed, tried.asks_now, tried.would_ask) == (1, 0, 1)
    assert page.content.decode().count('<table class="matrix">') == 2
    assert RiskScale.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"high_from": "4"}, "high_from"),
        ({"severity_label_2": ""}, "severity_label_2"),
        ({"probability_text_4": " "}, "probability_text_4"),
        ({"analysis_from_severity": "5"}, "analysis_from_severity"),
        ({"basis": ""}, "basis"),
        ({"since": "i morgon"}, "since"),
    ],
)
def test_a_bad_scale_is_refused_and_kept_in_the_form(change, field, client):
    answer = client.post(PAGE, given(name="Ny skala", **change))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert 'value="Ny skala"' in answer.content.decode()
    assert RiskScale.objects.count() == 1


def test_a_day_that_has_been_used_is_refused_in_words(client, region):
    in_status("assigned", region)
    scale = current_scale()
    answer = client.post(PAGE, given(high_from="9", since=scale.valid_from.isoformat()))

    assert answer.status_code == 409
    assert "redan bedömda" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_trying_costs_the_same_with_one_case_and_three(
    count, client, region, django_assert_num_queries
):
    for _ in range(count):
        in_status("assigned", region)
    client.get(PAGE)
    with django_assert_num_queries(8):
        assert client.post(PAGE, given_once(do="try")).context["tried"].assessed == count


def given_once(**more):
    """As `given`, from the starting rows and without asking."""
    return _flat(SCALE) | {
        "since": (timezone.localdate() + timedelta(days=1)).isoformat(),
        **more,
    }


def _flat(scale):
    told = {name: value for name, value in scale.items() if not isinstance(value, list)}
    for axis in ("severity", "probability"):
        for part in ("label", "text"):
            for step, word in enumerate(scale[f"{axis}_{part}s"], start=1):
                told[f"{axis}_{part}_{step}"] = word
    return told


def test_the_form_refuses_a_post_without_its_token(admin):
    strict = signed_in(admin, enforce_csrf_checks=True)

    assert strict.post(PAGE, given()).status_code == 403
    assert RiskScale.objects.count() == 1


@pytest.mark.parametrize("role", ["coordinator", "chief_physician"])
def test_nobody_else_comes_in(role, region):
    assert signed_in(person_as(role, region.root)).get(PAGE).status_code == 403
