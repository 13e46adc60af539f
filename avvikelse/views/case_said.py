"""What has been said and done in a case, latest first, and where one writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from avvikelse.forms.case import FileForm, SayForm
from avvikelse.views.case_opening import Opened
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.actions.filing import FILED
from patientsakerhet.cases.models import Attachment, Comment, Transition

DEEDS: dict[str, tuple[str, str]] = {
    FILED: ("Rapporten kom in från", "from"),
    "take": ("Togs av", "by"),
    "release": ("Lades tillbaka i kön av", "by"),
    "ask": ("Rapportören fick en fråga av", "by"),
    "answer": ("Svaret kom, ärendet är åter under koordinering", ""),
    "coordinate": ("Koordinerades till", "to"),
    "hand_over": ("Lämnades över till", "to"),
    "send_back": ("Skickades tillbaka till", "to"),
    "receive": ("Togs emot och utreds av", "handler"),
    "plan": ("Gick vidare till åtgärd, av", "by"),
    "follow_up": ("Gick vidare till uppföljning, av", "by"),
    "resume": ("Åtgärdas vidare, av", "by"),
    "close": ("Avslutades av", "by"),
    "reject": ("Avvisades av", "by"),
    "merge": ("Slogs ihop med ett annat ärende av", "by"),
    "unmerge": ("Delades igen av", "by"),
    "reopen": ("Återöppnades av", "by"),
    "restore": ("Avvisningen togs tillbaka av", "by"),
}
TO = {
    (Comment.Audience.INTERNAL, "note"): "Internt",
    (Comment.Audience.PARTIES, "note"): "Till parterna",
    (Comment.Audience.PARTIES, "question"): "Fråga till parterna",
    (Comment.Audience.PARTIES, "answer"): "Svar till parterna",
    (Comment.Audience.PARTIES, "feedback"): "Återkoppling till parterna",
    (Comment.Audience.REPORTER, "note"): "Till rapportören",
    (Comment.Audience.REPORTER, "question"): "Fråga till rapportören",
    (Comment.Audience.REPORTER, "answer"): "Svar till rapportören",
    (Comment.Audience.REPORTER, "feedback"): "Återkoppling till rapportören",
}
THE_REPORTER = "Rapportören"


@dataclass(frozen=True)
class Happening:
    """One thing said (with `to`) or done, and why."""

    at: datetime
    text: str
    who: str = ""
    title: str = ""
    to: str = ""
    to_label: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Helps:
    """Who will see what one writes, by audience."""

    internal: str
    parties: str
    reporter: str


def happenings(opened: Opened) -> list[Happening]:
    """What was said, and the steps taken, latest first."""
    told = [said(opened, one) for one in opened.case.comments.all()]
    told += [done(opened, one) for one in opened.case.transitions.all()]
    return sorted(told, key=lambda one: one.at, reverse=True)


def said(opened: Opened, comment: Comment) -> Happening:
    """A comment; who the reporter is stands there only for those who may see it."""
    if comment.by_reporter:
        name = reporter_name(opened)
        return Happening(comment.at, comment.text, name, "", "reporter", "Från rapportören till er")
    author = comment.by
    return Happening(
        comment.at,
        comment.text,
        author.name if author else "",
        author.title if author else "",
        comment.audience,
        TO.get((Comment.Audience(comment.audience), comment.purpose), "Internt"),
    )


def reporter_name(opened: Opened) -> str:
    """The reporter by name, for those who may see it; otherwise only what she is."""
    if not opened.can(Can.SEE_REPORTER):
        return THE_REPORTER
    return str(opened.reporter.person or opened.reporter.name or THE_REPORTER)


def done(opened: Opened, move: Transition) -> Happening:
    """A step; what the reporter did names nobody."""
    text, whom = DEEDS.get(move.step, (move.step, "by"))
    who: Any = {
        "from": opened.case.filing_unit,
        "to": move.to_unit,
        "by": move.by,
        "handler": move.handler or move.by,
    }.get(whom, "")
    return Happening(move.occurred_at, text, str(who or ""), reason=move.reason)


def parties_of(opened: Opened) -> list[CaseAccess]:
    """The units that the case has reached, the owner first, and how far each."""
    order = {level: place for place, level in enumerate(Level)}
    rows = (
        CaseAccess.objects.in_force()
        .filter(case=opened.case, unit__isnull=False)
        .select_related("unit__care_provider")
        .order_by("unit__path", "pk")
    )
    return sorted(rows, key=lambda row: order[Level(row.level)] if row.level != "owner" else -1)


def helps_for(parties: Collection[CaseAccess]) -> Helps:
    """Who sees what is written, in a sentence for each audience."""
    names = list(dict.fromkeys(str(row.unit) for row in parties))
    listed = (
        names[0]
        if len(names) == 1
        else f"{', '.join(names[:-1])} och {names[-1]}"
        if names
        else "Parterna"
    )
    return Helps(
        internal="Bara de som handlägger ärendet ser detta.",
        parties=f"{listed} ser detta.",
        reporter="Rapportören ser detta. Skriv så att en kollega utan bakgrund förstår.",
    )


def context(opened: Opened, *, form: SayForm | None = None, part: str) -> dict[str, Any]:
    """What the composer and the list of what has happened show; one statement."""
    parties = parties_of(opened)
    writes = opened.can(Can.COMMENT)
    return {
        "happenings": happenings(opened),
        "say": form or (SayForm(may=opened.may) if writes else None),
        "say_url": f"{opened.url('deviation_say')}?del={part}",
        "helps": helps_for(parties),
        "parties": parties,
    }


def attachments_of(opened: Opened) -> list[Attachment]:
    """The files she may open; in an extract only those for the parties."""
    rows = opened.case.attachments.select_related("by").order_by("at", "pk")
    return list(rows if opened.is_whole else rows.filter(audience=Comment.Audience.PARTIES))


def file_form(opened: Opened) -> FileForm | None:
    """Where a file is added, for those who may."""
    return FileForm(may=opened.may) if opened.can(Can.COMMENT) else None
