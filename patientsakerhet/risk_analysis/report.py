"""The final report of an analysis as a document, in the order of the handbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from patientsakerhet.cases.models import Measure
from patientsakerhet.documents.content import (
    Block,
    Document,
    Drawing,
    Facts,
    Heading,
    Paragraph,
    Table,
)
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.models import Risk, RiskAnalysis, Scoring
from patientsakerhet.risk_analysis.picture import PAPER, picture
from patientsakerhet.risk_analysis.querysets import measures_of
from patientsakerhet.risk_analysis.words import decision, level
from patientsakerhet.risk_analysis.workflow import risks_of
from patientsakerhet.ui import swedish


def document(
    analysis: RiskAnalysis, *, signed_by: Person, signed_at: datetime, edition: int
) -> Document:
    """The whole report of an analysis fetched `whole`."""
    case = analysis.case
    return Document(
        title=f"Riskanalys: {case.title}",
        subtitle=f"{case.number} · slutrapport, utgåva {edition}",
        made_at=signed_at,
        author=settings.REGION_NAME,
        foot=f"{case.number} · {settings.REGION_NAME}",
        blocks=[
            *_summary(analysis),
            *_commission(analysis),
            *_team(analysis),
            *_process(analysis),
            *_method(analysis),
            *_risks(analysis),
            *_matrices(analysis),
            *_measures(analysis),
            *_remaining(analysis),
            *_follow_up(analysis),
            Heading("Underskrift"),
            Facts(
                (
                    ("Uppdragsgivare", analysis.commissioner),
                    ("Undertecknad av", f"{signed_by.name}, {signed_by.title}".rstrip(", ")),
                    ("Undertecknad", swedish.moment(signed_at)),
                )
            ),
        ],
    )


def _summary(analysis: RiskAnalysis) -> list[Block]:
    risks = risks_of(analysis)
    before = sum(one.before is not None and one.before.band == 3 for one in risks)
    after = sum(_expected(one) == 3 for one in risks)
    many = "En risk" if len(risks) == 1 else f"{len(risks)} risker"
    return [
        Heading("Sammanfattning"),
        Paragraph(analysis.conclusion),
        Paragraph(
            f"{many} beskrevs. {before} av dem låg på hög nivå före åtgärder, och {after} gör det "
            "när de beslutade åtgärderna är genomförda."
        ),
    ]


def _expected(risk: Risk) -> int:
    """The band when the measures are done; as things are for a risk without any."""
    scoring = risk.after or risk.before
    return scoring.band if scoring else 0


def _commission(analysis: RiskAnalysis) -> list[Block]:
    return [
        Heading("Uppdraget"),
        Facts(
            (
                ("Uppdragsgivare", _commissioner(analysis)),
                ("Uppdraget gavs", swedish.day(analysis.commissioned_on)),
                ("Enhet", analysis.case.owning_unit.name),
                ("Anledning", analysis.get_occasion_display().capitalize()),
                ("Förändringen", analysis.change),
                ("Omfattning", analysis.scope),
                ("Avgränsning", analysis.delimitation or "ingen"),
                (
                    "Börjar gälla",
                    swedish.day(analysis.takes_effect_on) if analysis.takes_effect_on else "",
                ),
            )
        ),
    ]


def _team(analysis: RiskAnalysis) -> list[Block]:
    rows = [
        (one.name, one.title, one.get_part_display().capitalize()) for one in analysis.members.all()
    ]
    blocks: list[Block] = [
        Heading("Teamet"),
        Table("Deltagare i analysen", ("Namn", "Befattning", "Roll"), rows),
    ]
    if analysis.patient_view:
        blocks += [Heading("Patientens perspektiv", 2), Paragraph(analysis.patient_view)]
    return blocks


def _process(analysis: RiskAnalysis) -> list[Block]:
    rows = [(str(one.position), one.title, one.description) for one in analysis.steps.all()]
    return [
        Heading("Processen"),
        Table("Processens steg", ("Steg", "Namn", "Vad som görs"), rows, right=frozenset({0})),
    ]


def _method(analysis: RiskAnalysis) -> list[Block]:
    method = analysis.method
    blocks: list[Block] = [
        Heading("Metod"),
        Paragraph(
            f"{method}. Medelhög risk från {method.medium_from}, hög från {method.high_from}. "
            f"Orsaker och åtgärder krävs från risktal {method.measure_from} eller "
            f"allvarlighetsgrad {method.measure_from_severity}."
        ),
        Paragraph(method.basis),
    ]
    scales = [
        ("Allvarlighetsgrad", method.severity_labels, method.severity_texts),
        ("Sannolikhet", method.probability_labels, method.probability_texts),
    ]
    if method.detects:
        scales.append(("Upptäckt", method.detection_labels, method.detection_texts))
    for name, words, texts in scales:
        rows = [
            (str(step), word, text)
            for step, (word, text) in enumerate(zip(words, texts, strict=True), start=1)
        ]
        blocks += [
            Heading(name, 2),
            Table(name, ("Steg", "Ord", "Betyder"), rows, right=frozenset({0})),
        ]
    return blocks


def _risks(analysis: RiskAnalysis) -> list[Block]:
    blocks: list[Block] = [Heading("Risker")]
    for one in risks_of(analysis):
        blocks += [
            Heading(f"Risk {one.serial}. {one.title}", 2),
            Facts(
                (
                    ("Processteg", one.step.title if one.step else "hela processen"),
                    ("Orsaker", one.cause),
                    ("Följder", one.consequence),
                    ("Det som redan skyddar", one.existing_controls or "inget"),
                    ("Före åtgärder", level(one.before)),
                    ("Efter åtgärder", level(one.after) if one.after else "inga åtgärder"),
                    ("Väcktes av", one.raised_from.number if one.raised_from else ""),
                )
            ),
        ]
    return blocks


def _matrices(analysis: RiskAnalysis) -> list[Block]:
    """The risks placed by severity and probability, before and after."""
    return [
        Heading("Riskmatris"),
        Heading("Före åtgärder", 2),
        matrix_drawing(analysis, "Riskmatris före åtgärder", before=True),
        matrix_table(analysis, "Risker före åtgärder", before=True),
        Heading("Efter åtgärder", 2),
        matrix_drawing(analysis, "Riskmatris efter åtgärder", before=False),
        matrix_table(analysis, "Risker efter åtgärder", before=False),
    ]


def matrix_drawing(analysis: RiskAnalysis, caption: str, *, before: bool) -> Drawing:
    """The matrix as a picture, as it stands on the page of the risks."""
    placed = [(one, _judged(one, before=before)) for one in risks_of(analysis)]
    drawn = picture(analysis.method, placed, key="matris", title=caption)
    context = {
        "picture": drawn,
        "squares": [(one, PAPER[one.band]) for one in drawn.fields],
        "marks": [(one, PAPER[one.band]) for one in drawn.marks],
    }
    svg = render_to_string("risk_analysis/matrix.svg", context)
    return Drawing(caption, svg, f"{caption}: {drawn.spoken}.")


def _judged(risk: Risk, *, before: bool) -> Scoring | None:
    """Where a risk stands; what has no measures stands in both where it stood."""
    return risk.before if before else risk.after or risk.before


def matrix_table(analysis: RiskAnalysis, caption: str, *, before: bool) -> Table:
    """Risks by number in the matrix; what has no measures stands in both where it stood."""
    method = analysis.method
    placed: dict[tuple[int, int], list[str]] = {}
    for one in risks_of(analysis):
        scoring = _judged(one, before=before)
        if scoring is not None:
            place = (scoring.severity, scoring.probability)
            placed.setdefault(place, []).append(f"R{one.serial}")
    across = range(1, method.steps + 1)
    rows = [
        (
            f"{method.severity_labels[severity - 1]} {severity}",
            *(", ".join(placed.get((severity, probability), ())) for probability in across),
        )
        for severity in range(method.steps, 0, -1)
    ]
    headings = ("Allvarlighet", *(f"Sannolikhet {one}" for one in across))
    return Table(caption, headings, rows)


def _measures(analysis: RiskAnalysis) -> list[Block]:
    found = measures_of(analysis.case)
    if not found:
        return [Heading("Åtgärder"), Paragraph("Inga åtgärder föreslås.")]
    aimed: dict[int, list[str]] = {}
    for risk in risks_of(analysis):
        for aim in risk.aims.all():
            aimed.setdefault(aim.measure_id, []).append(f"R{risk.serial}")
    rows = [
        (
            one.title,
            ", ".join(aimed.get(one.pk, ())),
            one.get_strength_display().capitalize(),
            one.owner.name,
            swedish.day(one.due_on),
            decision(one),
        )
        for one in found
    ]
    return [
        Heading("Åtgärder och beslut"),
        Table(
            "Föreslagna åtgärder med beslut",
            ("Åtgärd", "Risk", "Styrka", "Ansvarig", "Klar senast", "Beslut"),
            rows,
        ),
    ]


def _remaining(analysis: RiskAnalysis) -> list[Block]:
    accepted = [(f"R{one.serial}", one.title, one.accepted_reason) for one in _accepted(analysis)]
    if not accepted:
        return []
    return [
        Heading("Risker som godtas utan åtgärd"),
        Table("Godtagna risker", ("Risk", "Vad som kan gå fel", "Skäl"), accepted),
    ]


def _accepted(analysis: RiskAnalysis) -> Iterable[Risk]:
    return (one for one in risks_of(analysis) if one.accepted_reason)


def _follow_up(analysis: RiskAnalysis) -> list[Block]:
    decided = [one for one in measures_of(analysis.case) if one.status in FOLLOWED]
    if not decided:
        return []
    rows = [
        (one.title, one.effect_sign, swedish.day(one.effect_due_on), one.get_effect_display())
        for one in decided
    ]
    return [
        Heading("Uppföljning av effekten"),
        Table(
            "Hur effekten följs upp",
            ("Åtgärd", "Så ska effekten synas", "Följs upp", "Utfall"),
            rows,
        ),
    ]


FOLLOWED = (*Measure.OPEN, Measure.Status.DONE)
"""Measures that are or have been carried out."""


def _commissioner(analysis: RiskAnalysis) -> str:
    title = analysis.commissioned_by.title if analysis.commissioned_by else ""
    return ", ".join(filter(None, (analysis.commissioner, title)))
