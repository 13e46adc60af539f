"""The glossary tells the truth, and leaves out nothing that has a table."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from patientsakerhet.cases import kinds
from patientsakerhet.organisation.models import Role

OURS = {"patientsakerhet", "avvikelse", "rapporter", "sakerhetsmeddelanden"}
MODELS = [m for m in apps.get_models() if m.__module__.split(".")[0] in OURS]
TEXT = (Path(settings.BASE_DIR) / "docs" / "glossary.md").read_text()
WORKFLOWS = [flow for kind in kinds.every() for flow in (kind.workflow, *kind.parts)]
WORKFLOWS += kinds.parts_of_any()
ROWS = re.findall(r"^\| ([^|]+?) \| `(\w+)` \|", TEXT, re.MULTILINE)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_its_swedish_word(model):
    assert (str(model._meta.verbose_name), model.__name__) in ROWS


def test_no_word_leads_to_something_that_is_gone():
    known = (
        {model.__name__ for model in MODELS}
        | set(Role.values)
        | {status for flow in WORKFLOWS for status in flow.statuses}
        | {step.name for flow in WORKFLOWS for step in flow.steps}
    )

    assert {identifier for _, identifier in ROWS} <= known


def test_roles_states_and_steps_are_all_there():
    for label, value in [
        *((role.label, role.value) for role in Role),
        *((label, status) for flow in WORKFLOWS for status, label in flow.labels.items()),
        *((step.label, step.name) for flow in WORKFLOWS for step in flow.steps),
    ]:
        assert f"| {label} | `{value}` |" in TEXT
