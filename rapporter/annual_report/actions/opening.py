"""How a report comes to be: its sections, what they take over from last year's, its days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.actions import filing
from patientsakerhet.cases.models import Case, Submission
from patientsakerhet.lib import calendar
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Person, Unit
from rapporter.annual_report import fields, printable
from rapporter.annual_report.actions import building, core, days
from rapporter.annual_report.ingredients import ingredients_of
from rapporter.annual_report.models import AnnualReport, ReportTemplate, Section, TemplateSection
from rapporter.annual_report.workflow import KIND, REVIEW, WRITING

Carry = TemplateSection.Carry


def start(
    unit: Unit,
    year: int,
    *,
    by: Person,
    submission: UUID,
    cutoff_at: datetime | None = None,
    diary_no: str = "",
) -> Case:
    """The report of the unit and year, with its first draft on the way.

    The first one's when this submission has been made before. Refuses whoever does not answer for
    reports at the unit, a year that has not begun, and a second report of the same.
    """
    policy.check_anywhere(by, Can.WRITE_ANNUAL_REPORT)
    earlier = _already(submission)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _open(
                unit, year, by=by, submission=submission, cutoff_at=cutoff_at, diary_no=diary_no
            )
    except IntegrityError:
        # Two sendings at once, or something that must be seen.
        earlier = _already(submission)
        if earlier is None:
            raise
        return earlier


@transaction.atomic
def describe(
    case: Case, *, by: Person, cutoff_at: datetime, diary_no: str, version: int | None = None
) -> AnnualReport:
    """The report's figures are those known at this moment, and it goes under this number."""
    report = core.begin(case, by=by, version=version, states=(WRITING, REVIEW))
    before = report.cutoff_at
    report.cutoff_at, report.diary_no = cutoff_at, diary_no.strip()
    report.save(update_fields=["cutoff_at", "diary_no"])
    spine.save(report.case)
    body = {"cutoff": [before.isoformat(), cutoff_at.isoformat()], "diary_no": report.diary_no}
    core.told(report, "annual_report.described", by=by, body=body)
    return report


def _already(submission: UUID) -> Case | None:
    row = Submission.objects.filter(pk=submission).select_related("case").first()
    return row.case if row else None


def _open(
    unit: Unit,
    year: int,
    *,
    by: Person,
    submission: UUID,
    cutoff_at: datetime | None,
    diary_no: str,
) -> Case:
    if not policy.may_at(by, Can.WRITE_ANNUAL_REPORT, unit):
        trail.denied("annual_report.start", by=by, body={"unit": unit.code})
        raise NotAllowed("Du svarar inte för berättelsen på den enheten.")
    if year > calendar.today().year:
        raise NotReady("Året har inte börjat än.")
    if AnnualReport.objects.filter(unit=unit, year=year).exists():
        raise NotReady(f"Det finns redan en berättelse för {unit.name} {year}.")
    template = ReportTemplate.objects.filter(
        valid_from__lte=calendar.today().replace(year=year, month=12, day=31)
    ).first()
    if template is None:
        raise NotReady("Det finns ingen mall för det året.")
    case = filing.open_case(
        KIND,
        title=f"Patientsäkerhetsberättelse {year}, {unit.name}"[:200],
        unit=unit,
        owner=unit,
        reporter=None,
        submission=submission,
        by=by,
        searchable="",
    )
    case.handler = by
    policy.reach(case, Level.HANDLER, person=by)
    spine.save(case, "handler")
    last = AnnualReport.objects.filter(unit=unit, year=year - 1).select_related("case").first()
    report = AnnualReport.objects.create(
        case=case,
        unit=unit,
        year=year,
        template=template,
        cutoff_at=cutoff_at or calendar.end_of_day(days.of(year)["cutoff"]),
        previous=last,
        diary_no=diary_no.strip(),
    )
    _sections(report, last)
    days.begin(case, year)
    core.index(report)
    core.told(report, "annual_report.started", by=by, body={"year": year, "unit": unit.code})
    if not printable.faults(ingredients_of(report)):  # else whoever writes is told in the section
        building.order(case, by=by)
    return case


def _sections(report: AnnualReport, last: AnnualReport | None) -> None:
    """A section for each of the template's, with what follows from last year's."""
    before = {} if last is None else _texts(last)
    authors = (
        {}
        if last is None
        else dict(last.sections.exclude(author=None).values_list("template__key", "author"))
    )
    made: list[Section] = []
    for one in report.template.sections.all():
        text = before.get(one.key, "") if one.carry == Carry.COPIED else ""
        marks = [fields.mark(paragraph) for paragraph in fields.paragraphs(text)]
        made.append(
            Section(
                report=report,
                template=one,
                text=text,
                carried=marks,
                author_id=authors.get(one.key),
            )
        )
    Section.objects.bulk_create(made)
    for person in Person.objects.filter(pk__in=_unique(authors.values()), is_active=True):
        policy.reach(report.case, Level.READER, person=person)


def _texts(last: AnnualReport) -> dict[str, str]:
    """Last year's texts as they were signed; as they stand when nobody has signed them."""
    edition = last.editions.first()
    return edition.ingredients["texts"] if edition is not None else last.texts()


def _unique(keys: Collection[int]) -> list[int]:
    return sorted(set(keys))
