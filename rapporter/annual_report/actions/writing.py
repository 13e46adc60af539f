"""Writing a section: its text, what is confirmed in it, who writes it, that its facts are right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import sealing
from patientsakerhet.cases.actions import core as spine
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.notifications import outbox
from patientsakerhet.organisation.models import Person
from rapporter.annual_report import fields
from rapporter.annual_report.actions import core
from rapporter.annual_report.models import AnnualReport, Section, Target

TO_WRITE = "report_section"
"""The message to whoever is to write a section."""


@transaction.atomic
def write(section: Section, text: str, *, by: Person, version: int | None = None) -> Section:
    """The section says this from now on; a personal number in it is masked.

    Refuses a word that an author has chosen against the number without saying why.
    """
    found = core.begin_section(section, by=by, version=version)
    if not found.template.is_written:
        raise NotReady("Avsnittets text kommer från mallen.")
    if untold := [one.written for one in fields.chosen(text) if not one.reason.strip()]:
        raise NotReady(f"Skriv varför du väljer ett annat ord: {', '.join(untold)}.")
    masked = sealing.mask(text.replace("\r\n", "\n").strip())
    if masked.found:
        sealing.seal(found.report.case, f"report:{found.template.key}", text)
    before = {one.written for one in fields.chosen(found.text)}
    found.text = masked.text
    new = [one for one in fields.chosen(found.text) if one.written not in before]
    told = "; ".join(f"{one.name}: ”{one.word}” därför att {one.reason}" for one in new)
    core.finish_section(
        found,
        "annual_report.written",
        by=by,
        fields=("text",),
        body={"chosen": told} if new else None,
    )
    core.index(found.report)
    return found


@transaction.atomic
def confirm(
    section: Section,
    *,
    by: Person,
    paragraphs: Collection[str],
    numbers: Collection[str],
    version: int | None = None,
) -> Section:
    """These of last year's paragraphs still hold, and these numbers typed by hand are right.

    Refuses what does not stand in the text.
    """
    found = core.begin_section(section, by=by, version=version)
    standing = {fields.mark(one) for one in fields.paragraphs(found.text)}
    typed = {one.key: one.text for one in found.typed}
    if set(paragraphs) - standing or set(numbers) - set(typed):
        raise NotReady("Texten har ändrats. Se på den igen och bekräfta det som står nu.")
    if not paragraphs and not numbers:
        raise NotReady("Välj vad du bekräftar.")
    found.kept = sorted({*found.kept, *paragraphs} & standing)
    found.confirmed = sorted({*found.confirmed, *numbers} & set(typed))
    body = {"paragraphs": len(set(paragraphs)), "numbers": [typed[one] for one in sorted(numbers)]}
    core.finish_section(
        found, "annual_report.confirmed", by=by, fields=("kept", "confirmed"), body=body
    )
    return found


@transaction.atomic
def check_facts(section: Section, *, by: Person, version: int | None = None) -> Section:
    """The section's facts are right as they stand; another text or figure, and they must be checked anew."""
    found = core.begin_section(section, by=by, version=version)
    figures = found.report.figures
    wrong = [one.reason for one in found.faults(figures)]
    if wrong:
        raise NotReady(wrong)
    if found.unreviewed or found.unconfirmed:
        raise NotReady("Bekräfta först förra årets stycken och de tal som är skrivna för hand.")
    found.checked_mark = found.mark(found.report.drawn)
    found.checked_by, found.checked_at = by, timezone.now()
    core.finish_section(
        found,
        "annual_report.checked",
        by=by,
        fields=("checked_mark", "checked_by", "checked_at"),
    )
    return found


@transaction.atomic
def hand_section(
    section: Section, author: Person | None, *, by: Person, version: int | None = None
) -> Section:
    """This person writes the section from now on, reads the report, and is told; nobody without one."""
    found = core.begin_section(section, by=by, version=version, only_lead=True)
    if found.author == author:
        raise NotReady("Det är redan så.")
    former, found.author = found.author, author
    core.finish_section(
        found,
        "annual_report.author",
        by=by,
        fields=("author",),
        body={"author": [former.name if former else "", author.name if author else ""]},
    )
    case = found.report.case
    if former is not None and not found.report.sections.filter(author=former).exists():
        policy.withdraw(case, Level.READER, person=former)
    if author is not None:
        policy.reach(case, Level.READER, person=author)
        if author != by:
            outbox.promise(
                TO_WRITE,
                key=f"{TO_WRITE}:{found.pk}:{found.version}",
                person=author,
                case_id=case.pk,
                number=case.number,
                context={"section": found.template.key},
            )
    return found


@transaction.atomic
def add_target(
    case: Case,
    *,
    by: Person,
    text: str,
    aim: str,
    owner: str,
    measure: str = "",
    baseline: str = "",
    due_on: date | None = None,
    version: int | None = None,
) -> Target:
    """An aim for the year after."""
    report = core.begin(case, by=by, version=version)
    told: Mapping[str, str] = {"text": text, "aim": aim, "owner": owner}
    if not all(one.strip() for one in told.values()):
        raise NotReady("Skriv målet, målvärdet och vem som är ansvarig.")
    target = Target.objects.create(
        report=report, text=text.strip(), aim=aim.strip(), owner=owner.strip(), measure=measure,
        baseline=baseline.strip(), due_on=due_on,
    )  # fmt: skip
    spine.save(report.case)
    core.told(report, "annual_report.target", by=by, body={"target": target.text})
    return target


@transaction.atomic
def remove_target(target: Target, *, by: Person, version: int | None = None) -> AnnualReport:
    """The aim is none."""
    report = core.begin(target.report.case, by=by, version=version)
    target.delete()
    spine.save(report.case)
    core.told(report, "annual_report.target_removed", by=by, body={"target": target.text})
    return report


def writes(person: Person, section: Section, held: Collection[Can]) -> bool:
    """Whether she may write in the section, by what she may do with the report."""
    return Can.WRITE_ANNUAL_REPORT in held or section.author_id == person.pk
