"""The states and arrows of a patientsäkerhetsberättelse, and what each arrow needs.

Guards ask with `.all()` only, so that a page which has fetched the rows already asks the database
nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.ui import swedish
from patientsakerhet.workflow import Step, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapporter.annual_report.models import AnnualReport, Section

KIND = "annual_report"

WRITING = "writing"
REVIEW = "review"
SIGNED = "signed"
PUBLISHED = "published"


def sections_are_written(report: AnnualReport) -> str:
    """Every section that the template demands has text."""
    left = [
        one for one in report.sections.all() if one.template.is_required and not one.text.strip()
    ]
    return _told(left, "saknar text")


def carried_is_reviewed(report: AnnualReport) -> str:
    """No paragraph of last year's stands unread."""
    left = [one for one in report.sections.all() if one.unreviewed]
    return _told(left, "har stycken från förra året som ingen har granskat")


def fields_hold(report: AnnualReport) -> str:
    """Every field is a figure, said in words that it bears."""
    figures = report.figures
    left = [one for one in report.sections.all() if one.faults(figures)]
    return _told(left, "har siffror som inte går att skriva så")


def numbers_are_confirmed(report: AnnualReport) -> str:
    """No number stands that somebody typed and nobody has confirmed."""
    left = [one for one in report.sections.all() if one.unconfirmed]
    return _told(left, "har tal som är skrivna för hand och inte bekräftade")


def facts_are_checked(report: AnnualReport) -> str:
    """Each section's facts were checked as they stand now."""
    drawn = report.drawn
    left = [one for one in report.sections.all() if not one.is_checked(drawn)]
    return _told(left, "är inte faktagranskade")


def draft_is_as_written(report: AnnualReport) -> str:
    """The newest draft was made of the texts that stand now."""
    newest = report.newest
    if newest is None:
        return "Det finns inget utkast."
    return (
        "" if newest.texts == report.texts() else "Texten har ändrats efter det senaste utkastet."
    )


def cutoff_has_passed(report: AnnualReport) -> str:
    """The figures are those of the day they are to be frozen at, and not of an earlier one."""
    newest = report.newest
    if newest is None or newest.snapshot is None:
        return ""
    return (
        ""
        if newest.snapshot.is_final
        else (
            f"Utkastet är gjort före datumgränsen {swedish.day(report.cutoff_at)}. Gör ett nytt efter den."
        )
    )


def facts_are_kept(report: AnnualReport) -> str:
    """The rows behind each number were kept, in the moment that they were counted."""
    newest = report.newest
    if newest is None or newest.snapshot is None or not newest.snapshot.is_final:
        return ""
    return (
        ""
        if newest.snapshot.keeps_facts
        else "Utkastet är gjort medan berättelsen skrevs, utan raderna bakom siffrorna. Gör ett nytt."
    )


def nothing_small_leaks(report: AnnualReport) -> str:
    """What will be made public hides small numbers so that nobody can work them out."""
    newest = report.newest
    leaks = newest.snapshot.leaks if newest and newest.snapshot else []
    return (
        f"Små tal går att räkna ut i den offentliga utgåvan: {', '.join(leaks)}." if leaks else ""
    )


def files_are_made(report: AnnualReport) -> str:
    """The edition's files lie ready."""
    editions = report.editions.all()
    return "" if editions and editions[0].is_made else "Utgåvans filer är inte klara än."


WRITTEN = (
    sections_are_written,
    carried_is_reviewed,
    fields_hold,
    numbers_are_confirmed,
    facts_are_checked,
)
"""What must hold before it is reviewed, in the order it is worked through."""
SIGNABLE = (
    *WRITTEN, draft_is_as_written, cutoff_has_passed, facts_are_kept, nothing_small_leaks,
)  # fmt: skip
"""What must hold before it is signed."""


def _told(left: Iterable[Section], what: str) -> str:
    names = [one.heading for one in left]
    if not names:
        return ""
    if len(names) > 3:
        return f"{swedish.in_words(len(names)).capitalize()} avsnitt {what}."
    return f"Avsnitt som {what}: {', '.join(names)}."


WORKFLOW = Workflow(
    kind=KIND,
    initial=WRITING,
    final={PUBLISHED},
    labels={
        WRITING: "Skrivs",
        REVIEW: "Granskas",
        SIGNED: "Fastställd",
        PUBLISHED: "Publicerad",
    },
    steps=[
        Step(
            "hand_in", "Lämna till granskning", {WRITING}, REVIEW, Can.WRITE_ANNUAL_REPORT, WRITTEN
        ),
        Step(
            "send_back",
            "Skicka tillbaka till skrivarna",
            {REVIEW},
            WRITING,
            Can.WRITE_ANNUAL_REPORT,
            reason=True,
        ),
        Step("sign", "Fastställ", {REVIEW}, SIGNED, Can.SIGN_ANNUAL_REPORT, SIGNABLE),
        Step("publish", "Publicera", {SIGNED}, PUBLISHED, Can.SIGN_ANNUAL_REPORT, [files_are_made]),
        Step(
            "correct",
            "Gör en rättelse",
            {SIGNED, PUBLISHED},
            WRITING,
            Can.SIGN_ANNUAL_REPORT,
            reason=True,
        ),
    ],
)

STAGES = (
    ("Skrivs", (WRITING,)),
    ("Granskas", (REVIEW,)),
    ("Fastställd", (SIGNED,)),
    ("Publicerad", (PUBLISHED,)),
)
