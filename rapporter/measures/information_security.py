"""Classifications, their risk assessments and impact assessments: what was finished in the year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from patientsakerhet.access.policy import Can
from patientsakerhet.exchange.writer import Column
from patientsakerhet.information_security.impact_workflow import APPROVED
from patientsakerhet.information_security.models import (
    ImpactAssessment,
    InformationClassification,
    Programme,
)
from patientsakerhet.information_security.querysets import (
    AssessmentQuerySet,
    ClassificationQuerySet,
)
from patientsakerhet.information_security.workflow import DECIDED
from rapporter.breakdowns import UNIT, Breakdown
from rapporter.measures.recorded import step_recorded
from rapporter.registry import Asked, Direction, Disclosure, Family, Measure
from rapporter.registry import register as known

SECTION = "Informationssäkerhet"
NEEDS = (Can.READ, Can.READ_CLASSIFICATION)
OCCASIONS = dict(InformationClassification.Occasion.choices)
OF_2023 = {"sdv": "F02", "u537": "F04"}
ASSESSED_OF_2023 = {"sdv": "F03"}
"""The programmes that the 2023 report counts, and the figures they are there."""

CLASSIFICATION_COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Klassning", "case__title"),
    Column("Anledning", "occasion", OCCASIONS.get),
    Column("Program", "programme__name"),
    Column("Riskbedömd", "risk_assessed_at"),
    Column("Beslutad", "decided_at"),
)
ASSESSMENT_COLUMNS = (
    Column("Nummer", "case__number"),
    Column("Behandling", "processing"),
    Column("Program", "programme__name"),
    Column("Beslutad", "decided_at"),
)
PROGRAMME = Breakdown("programme", "program", "programme__code", "programme__name")
CLASSIFIED_FOR = Breakdown(UNIT, "enhet", "case__filing_unit")


def _classified(asked: Asked) -> Any:
    """Classifications that were decided in the period with their risks assessed."""
    rows = asked.seen(InformationClassification.objects.all())
    rows = rows.completed_between(asked.first, asked.last).filter(
        step_recorded("pk", asked.as_of, to_status=DECIDED), risk_assessed_at__isnull=False
    )
    return asked.within(rows, "case__filing_unit").order_by("-decided_at", "-pk")


def _assessed(asked: Asked) -> Any:
    """Impact assessments that were decided in the period."""
    rows = asked.seen(ImpactAssessment.objects.all())
    rows = rows.completed_between(asked.first, asked.last).filter(
        step_recorded("pk", asked.as_of, to_status=APPROVED)
    )
    return asked.within(rows, "case__filing_unit").order_by("-decided_at", "-pk")


def new_or_changed(asked: Asked) -> Any:
    """Of new systems and great changes, outside the programmes that are counted apart."""
    apart = Q(programme__counted_apart=True)
    return _classified(asked).filter(occasion__in=("new", "changed")).exclude(apart)


def in_programme(asked: Asked) -> Any:
    """Of one programme, whatever the occasion."""
    return _classified(asked).filter(programme__code=asked.variant)


def assessed(asked: Asked) -> Any:
    """All impact assessments."""
    return _assessed(asked)


def assessed_in_programme(asked: Asked) -> Any:
    """The impact assessments of one programme."""
    return _assessed(asked).filter(programme__code=asked.variant)


def _programmes(figures: dict[str, str]) -> Family:
    def variants() -> Iterable[tuple[str, str, str]]:
        rows = Programme.objects.filter(counted_apart=True).order_by("code")
        return [(one.code, str(one), figures.get(one.code, "")) for one in rows]

    return Family(variants)


def _number(row: Any) -> str:
    address: str = row.case.get_absolute_url()
    return address


def _measure(**more: Any) -> Measure:
    return Measure(
        version=1,
        section=SECTION,
        date_field="dagen då den beslutades",
        direction=Direction.UP,
        disclosure=Disclosure.TOTAL,
        needs=NEEDS,
        related=("case", "programme"),
        address=_number,
        **more,
    )


def register() -> None:
    """Make the measures known."""
    classified = {
        "columns": CLASSIFICATION_COLUMNS,
        "breakdowns": (
            Breakdown("occasion", "anledning", "occasion", words=OCCASIONS),
            PROGRAMME,
            CLASSIFIED_FOR,
        ),
        "rests_on": (_classified, ClassificationQuerySet.completed_between, step_recorded),
    }
    impact = {
        "columns": ASSESSMENT_COLUMNS,
        "breakdowns": (PROGRAMME, CLASSIFIED_FOR),
        "rests_on": (_assessed, AssessmentQuerySet.completed_between, step_recorded),
    }
    known(
        _measure(
            key="classifications",
            figure="F01",
            name="Klassningar och riskbedömningar av nya och ändrade system",
            definition=(
                "Informationsklassningar som beslutades under perioden med riskbedömning gjord, av "
                "nya system eller system med stora förändringar. Klassningar i program som räknas "
                "för sig är inte med. Enheten är den som klassningen beställdes för."
            ),
            rows=new_or_changed,
            **classified,
        )
    )
    known(
        _measure(
            key="programme_classifications",
            name="Klassningar och riskbedömningar i {}",
            definition=(
                "Informationsklassningar i programmet {} som beslutades under perioden med "
                "riskbedömning gjord, av vilken anledning som helst. De är utöver nya och ändrade "
                "system."
            ),
            rows=in_programme,
            family=_programmes(OF_2023),
            **classified,
        )
    )
    known(
        _measure(
            key="impact_assessments",
            name="Konsekvensbedömningar av dataskydd",
            definition="Konsekvensbedömningar som beslutades under perioden, i program eller inte.",
            rows=assessed,
            **impact,
        )
    )
    known(
        _measure(
            key="programme_impact_assessments",
            name="Konsekvensbedömningar av dataskydd i {}",
            definition="Konsekvensbedömningar i programmet {} som beslutades under perioden.",
            rows=assessed_in_programme,
            family=_programmes(ASSESSED_OF_2023),
            **impact,
        )
    )
