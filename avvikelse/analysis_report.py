"""The report of an event analysis in the order of the national handbook, as a document.

The order follows "Riskanalys och händelseanalys, handbok för patientsäkerhetsarbete" (SKR).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch
from django.utils.text import Truncator

from avvikelse.models import (
    AnalysisParticipant,
    Barrier,
    Cause,
    Deviation,
    EventAnalysis,
    Note,
    Proposal,
    TimelineEntry,
)
from patientsakerhet.cases.models import Measure
from patientsakerhet.documents import content
from patientsakerhet.documents.content import Block, Document, Facts, Heading, Paragraph, Table
from patientsakerhet.lib.planning import joined_as_written
from patientsakerhet.ui import swedish


@dataclass(frozen=True)
class Wording:
    """How texts, moments and names are said: as they stand, or so that nobody can be told."""

    text: Callable[[str], str] = str
    when: Callable[[TimelineEntry], str] = field(default=lambda one: moment_in_words(one))
    name: Callable[[str], str] = str
    is_open: bool = True
    """Whether number, unit and title of the case are told."""


def for_report(deviation: Deviation) -> EventAnalysis:
    """The analysis with everything its report tells; raises `EventAnalysis.DoesNotExist`."""
    rows = EventAnalysis.objects.select_related(
        "ordered_by",
        "lead",
        "cleared_by",
        "reported_by",
        "deviation__investigation",
        "deviation__device",
        "deviation__case__handler",
        "deviation__case__filing_unit",
        "deviation__case__owning_unit__care_provider",
        "deviation__case__reporter__person",
    ).prefetch_related(
        Prefetch("members", AnalysisParticipant.objects.select_related("person")),
        Prefetch("barriers", Barrier.objects.select_related("moment", "by")),
        Prefetch(
            "proposals",
            Proposal.objects.select_related("cause", "measure__owner"),
        ),
        Prefetch("deviation__notes", Note.objects.select_related("by")),
        "deviation__timeline",
        Prefetch(
            "deviation__causes", Cause.objects.select_related("area", "departure", "explains")
        ),
    )
    with joined_as_written(rows):
        found = rows.filter(deviation=deviation).first()
    if found is None:
        raise EventAnalysis.DoesNotExist
    return found


def document(
    analysis: EventAnalysis, *, made_at: datetime, wording: Wording | None = None, note: str = ""
) -> Document:
    """The whole report; `note` stands first, where it is a draft say.

    The analysis is loaded with `for_report`.
    """
    say = wording or Wording()
    case = analysis.deviation.case
    blocks: list[Block] = [content.Note(note)] if note else []
    blocks += [Heading("Sammanfattning"), _told(analysis.summary, say)]
    blocks += _commission(analysis, say)
    blocks += _team(analysis, say)
    blocks += _method(analysis, say)
    blocks += _course(analysis, say)
    blocks += _causes(analysis, say)
    blocks += _barriers(analysis, say)
    blocks += _voices(analysis, say)
    blocks += _proposals(analysis, say)
    blocks += _lessons(analysis, say)
    title = f"{case.number} {case.title}" if say.is_open else "Avidentifierad version"
    return Document(
        title="Händelseanalys",
        subtitle=title,
        made_at=made_at,
        author=case.owning_unit.care_provider.name if say.is_open else "Varsam",
        foot=title,
        blocks=blocks,
    )


def plain(made: Document) -> str:
    """Everything the document says, as text: what somebody reads before she clears it."""
    lines: list[str] = []
    for block in made.blocks:
        match block:
            case Heading(text=text) | Paragraph(text=text) | content.Note(text=text):
                lines.append(text)
            case Facts(rows=rows):
                lines += [f"{label}: {value}" for label, value in rows]
            case Table(headings=headings, rows=rows):
                for row in rows:
                    told = zip(headings, row, strict=True)
                    lines += [f"{label}: {cell}" for label, cell in told if cell]
            case _:
                raise TypeError(f"no words for {type(block).__name__}")
    return "\n".join(lines)


def moment_in_words(one: TimelineEntry) -> str:
    """When it happened, as surely as it is known."""
    match one.precision:
        case "day" | "unknown":
            return swedish.day(one.at)
        case "about":
            return f"ungefär {swedish.moment(one.at)}"
        case "shift":
            return f"{swedish.moment(one.at)}, under passet"
        case _:
            return swedish.moment(one.at)


def _commission(analysis: EventAnalysis, say: Wording) -> list[Block]:
    case = analysis.deviation.case
    rows = [
        ("Uppdragsgivare", say.name(analysis.ordered_by.name)),
        ("Analysledare", say.name(analysis.lead.name)),
    ]
    if say.is_open:
        rows += [
            ("Beställd", swedish.day(analysis.ordered_at)),
            ("Enhet där det hände", case.filing_unit.name),
            ("Ärende", case.number),
        ]
    return [Heading("Uppdrag"), Facts(rows), _told(analysis.question, say)]


def _team(analysis: EventAnalysis, say: Wording) -> list[Block]:
    rows = [(_who(one, say), one.get_part_display().capitalize()) for one in analysis.members.all()]
    if not rows:
        return [Heading("Analysgrupp"), Paragraph("Inga deltagare är angivna.")]
    return [Heading("Analysgrupp"), Table("Analysgruppen", ("Vem", "Roll"), rows)]


def _who(one: AnalysisParticipant, say: Wording) -> str:
    return say.name(str(one))


def _method(analysis: EventAnalysis, say: Wording) -> list[Block]:
    notes = [one for one in analysis.deviation.notes.all() if one.withdrawn_at is None]
    sources = dict.fromkeys(say.text(one.source) for one in notes if one.source)
    blocks: list[Block] = [Heading("Så gjordes analysen"), _told(analysis.method, say)]
    if sources:
        blocks.append(Paragraph(f"Källor: {'; '.join(sources)}."))
    if notes:
        rows = [(one.get_kind_display().capitalize(), say.text(one.text)) for one in notes]
        blocks.append(Table("Vad gruppen vet och bedömer", ("Slag", "Anteckning"), rows))
    return blocks


def _course(analysis: EventAnalysis, say: Wording) -> list[Block]:
    entries = analysis.deviation.timeline.all()
    rows = [
        (
            say.when(one),
            say.text(one.text),
            (say.text(one.expected) or "avvek från det förväntade") if one.departs else "",
            say.text(one.source),
        )
        for one in entries
    ]
    if not rows:
        return [Heading("Händelseförlopp"), Paragraph("Förloppet är inte beskrivet.")]
    headings = ("När", "Vad hände", "Skulle ha hänt", "Källa")
    return [Heading("Händelseförlopp"), Table("Händelseförloppet", headings, rows)]


def _causes(analysis: EventAnalysis, say: Wording) -> list[Block]:
    causes = list(analysis.deviation.causes.all())
    blocks: list[Block] = [Heading("Avvikelser och orsaker")]
    for entry in analysis.deviation.timeline.all():
        if not entry.departs:
            continue
        blocks.append(Heading(f"{say.when(entry)}: {_short(say.text(entry.text))}", 2))
        rows = _behind(causes, [one for one in causes if one.departure_id == entry.pk], say, 0)
        if rows:
            blocks.append(_table_of_causes(rows))
        else:
            blocks.append(Paragraph("Ingen orsak är kopplad till avvikelsen."))
    loose = [one for one in causes if not one.depth]
    if loose:
        blocks.append(Heading("Orsaker utan plats i förloppet", 2))
        blocks.append(_table_of_causes(_behind(causes, loose, say, 0)))
    return blocks


def _behind(
    causes: Sequence[Cause], these: Sequence[Cause], say: Wording, depth: int
) -> list[tuple[str, str, str, str]]:
    """The causes, each followed by what lies behind it."""
    rows = []
    for one in these:
        sort = "Direkt" if depth == 0 else "Bakomliggande"
        rows.append((sort, say.text(one.text), one.area.label, say.text(one.evidence)))
        further = [other for other in causes if other.explains_id == one.pk]
        rows += _behind(causes, further, say, depth + 1)
    return rows


def _table_of_causes(rows: Sequence[Sequence[str]]) -> Table:
    return Table("Orsaker", ("Slag", "Orsak", "Orsaksområde", "Talar för det"), rows)


def _barriers(analysis: EventAnalysis, say: Wording) -> list[Block]:
    rows = [
        (
            say.text(one.text),
            one.get_held_display().capitalize(),
            say.when(one.moment) if one.moment else "",
        )
        for one in analysis.barriers.all()
    ]
    if not rows:
        return [Heading("Barriärer"), Paragraph("Ingen barriär är bedömd.")]
    return [
        Heading("Barriärer"),
        Table("Barriärer", ("Barriär", "Vad blev det av den", "När"), rows),
    ]


def _voices(analysis: EventAnalysis, say: Wording) -> list[Block]:
    found = getattr(analysis.deviation, "investigation", None)
    blocks: list[Block] = [
        Heading("Patientens och närståendes bild"),
        _told(found.patient_view if found else "", say),
    ]
    if analysis.contact.strip():
        blocks += [Heading("Kontakt med patient och närstående", 2), _told(analysis.contact, say)]
    blocks.append(Heading("Har något liknande hänt förut"))
    if found is None or not found.similar_before:
        blocks.append(Paragraph("Frågan är inte besvarad."))
    else:
        answer = (
            f"{found.get_similar_before_display().capitalize()}. {say.text(found.similar_answer)}"
        )
        blocks.append(Paragraph(answer.strip()))
    return blocks


def _proposals(analysis: EventAnalysis, say: Wording) -> list[Block]:
    proposals = list(analysis.proposals.all())
    if not proposals:
        return [Heading("Åtgärdsförslag"), Paragraph("Inga förslag.")]
    rows = [
        (
            say.text(one.measure.title),
            one.measure.get_strength_display().capitalize(),
            _short(say.text(one.cause.text)) if one.cause else "",
            say.text(one.measure.effect_sign),
            _decision(one.measure, say),
        )
        for one in proposals
    ]
    headings = ("Förslag", "Styrka", "Mot orsaken", "Så syns effekten", "Beslut")
    return [Heading("Åtgärdsförslag och beslut"), Table("Åtgärdsförslag", headings, rows)]


def _decision(measure: Measure, say: Wording) -> str:
    """What was decided; until then who would do it and by when."""
    planned = f"{measure.owner.name}, klar senast {swedish.day(measure.due_on)}"
    match measure.status:
        case Measure.Status.PROPOSED:
            return f"Inte beslutat. {planned}" if say.is_open else "Inte beslutat"
        case Measure.Status.REJECTED:
            return f"Avslagen: {say.text(measure.decision_reason)}"
        case Measure.Status.CANCELLED:
            return f"Utgår: {say.text(measure.cancelled_reason)}"
    return f"Beslutad. {planned}" if say.is_open else "Beslutad"


def _lessons(analysis: EventAnalysis, say: Wording) -> list[Block]:
    found = getattr(analysis.deviation, "investigation", None)
    return [
        Heading("Kan det hända igen"),
        _told(found.could_recur if found else "", say),
        Heading("Lärdomar för andra"),
        _told(analysis.lessons, say),
    ]


def _told(text: str, say: Wording) -> Paragraph:
    return Paragraph(say.text(text) if text.strip() else "Inte beskrivet.")


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(80)
