"""What stands above and beside every part of a notice: its way, what can be done, what is left, facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.views.way import steps_of
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Act, Block, Step, Tab, Tone
from sakerhetsmeddelanden import workflow
from sakerhetsmeddelanden.actions.handling import BY_HAND
from sakerhetsmeddelanden.views.opening import Opened

FORWARD = (
    "register",
    "assess",
    "keep_answers",
    "all_answered",
    "follow_up",
    "close",
    "reconsider",
    "reopen",
)
WORDS: dict[str, Tone] = {
    "red": "bad",
    "yellow": "warn",
    "green": "good",
}
GUARDS: dict[str, tuple[str, str, str]] = {
    "is_identified": ("safety_notice", "parter", "Avsändare och beteckning är angivna"),
    "fields_are_confirmed": ("safety_notice", "falt", "Fälten är bekräftade"),
    "has_a_product": ("safety_notice", "produkter", "Produkten är angiven"),
    "is_judged": ("notice_judging", "bedom", "Riskklassen är vald"),
    "says_what_to_do": ("safety_notice", "falt", "Det står vad enheterna ska göra"),
    "says_by_when": ("notice_judging", "bedom", ""),
    "is_targeted": ("notice_targets", "traffbild", "Träffbilden är framtagen"),
    "nothing_is_undecided": ("notice_targets", "oavgjorda", ""),
    "is_a_new_version": ("notice_judging", "ersatter", ""),
    "has_nobody_to_send_to": ("notice_targets", "valda", "Ingen enhet behöver tillfrågas"),
    "has_somebody_to_send_to": ("notice_targets", "valda", "Minst en enhet är vald"),
    "every_unit_is_settled": ("notice_recipients", "svar-per-enhet", "Alla enheter är klara"),
    "late_arrivals_are_looked_at": ("notice_targets", "sena", ""),
    "reply_is_sent_where_asked_for": ("notice_reply", "formular", ""),
    "changed_answers_are_told": ("notice_reply", "andrade", ""),
    "has_no_open_measures": ("safety_notice", "", ""),
    "reports_are_settled": ("case_reports", "anmalningar", ""),
}
"""Guard -> where what it asks for is done: page, place on the page, and how it reads when done."""


@dataclass(frozen=True)
class Head:
    """Everything around a part of the notice."""

    chips: list[tuple[str, Tone]]
    steps: list[Step]
    tabs: list[Tab]
    forward: Act | None
    others: list[Act]
    left: list[Block]
    left_title: str
    left_count: int
    facts: list[tuple[str, str, str]]
    notes: list[tuple[Tone, str, str]]


def head_of(opened: Opened, current: str) -> Head:
    """The head, for the part with this URL name; one statement."""
    forward, others = _acts(opened)
    blocks = _blocks(opened)
    left = [one for one in blocks if not one.done]
    return Head(
        chips=_chips(opened),
        steps=steps_of(opened.case),
        tabs=tabs_of(
            opened.url,
            current,
            recipients=sum(one.status != "removed" for one in opened.notice.recipients.all()),
            reports=len(opened.case.authority_reports.all()),
        ),
        forward=forward,
        others=others,
        left=blocks if left else [],
        left_title=_left_title(opened, len(left)),
        left_count=len(left),
        facts=_facts(opened),
        notes=_notes(opened),
    )


def crumbs() -> list[tuple[str, str]]:
    """The way to the notice."""
    return [("Säkerhetsmeddelanden", reverse("safety_notices"))]


def _acts(opened: Opened) -> tuple[Act | None, list[Act]]:
    """The step that leads on, and the others one may take from here."""
    allowed = {
        step.name: step
        for step in workflow.WORKFLOW.available(opened.case.status)
        if step.name in BY_HAND
        and Can(step.needs) in opened.may
        and (step.name != "keep_answers" or _keeps(opened))
    }
    acts = {}
    first = next((name for name in FORWARD if name in allowed), "")
    for name, step in allowed.items():
        missing = step.missing(opened.notice)
        acts[name] = Act(
            f"{step.label}…" if step.reason else step.label,
            opened.url("notice_step", name),
            post=not step.reason,
            kind="primary" if name == first and not missing else "",
            fields={} if step.reason else {"version": opened.case.version},
            missing=missing,
        )
    return acts.pop(first, None), list(acts.values())


def _keeps(opened: Opened) -> bool:
    """Whether the answers to an older version may be all that is wanted: nobody is found who must be asked."""
    notice = opened.notice
    return bool(
        notice.supersedes_id
        and notice.targeting_holds
        and not workflow.has_nobody_to_send_to(notice)
    )


def _blocks(opened: Opened) -> list[Block]:
    """What must be done before it can be registered, sent out, or closed; what is done comes last."""
    status = opened.case.status
    if status == workflow.RECEIVED:
        guards = workflow.WORKFLOW.named("register").guards
    elif status == workflow.ASSESSING and _keeps(opened):
        guards = workflow.KEEP_ANSWERS
    elif status in {workflow.REGISTERED, workflow.ASSESSING}:
        guards = workflow.DISTRIBUTE
    elif status in {*workflow.SENT_OUT, workflow.REPLY_SENT, workflow.FOLLOW_UP}:
        guards = workflow.CLOSING
    elif status == workflow.NOT_APPLICABLE:
        guards = (workflow.reply_is_sent_where_asked_for, workflow.reports_are_settled)
    else:
        return []
    left, done = [], []
    for guard in guards:
        page, place, when_done = GUARDS[guard.__name__]
        missing = guard(opened.notice)
        if missing:
            url = opened.url(page) + (f"#{place}" if place else "")
            left.append(Block(missing.rstrip("."), url))
        elif when_done:
            done.append(Block(when_done, done=True))
    return left + done


def _left_title(opened: Opened, count: int) -> str:
    status = opened.case.status
    if status == workflow.RECEIVED:
        aim = "kan registreras"
    elif status == workflow.ASSESSING and _keeps(opened):
        aim = "kan följas upp"
    elif status in {workflow.REGISTERED, workflow.ASSESSING}:
        aim = "kan skickas ut"
    else:
        aim = "kan avslutas"
    if not count:
        return f"Meddelandet {aim}"
    things = "En sak" if count == 1 else f"{swedish.in_words(count).capitalize()} saker"
    return f"{things} kvar innan meddelandet {aim}"


def _chips(opened: Opened) -> list[tuple[str, Tone]]:
    notice = opened.notice
    chips: list[tuple[str, Tone]] = [(opened.case.status_label, "info")]
    if notice.risk_class is not None:
        tone = WORDS.get(notice.risk_class.code, "")
        chips.append((notice.risk_class.label, tone))
    chips.append((notice.get_sort_display().capitalize(), ""))
    if notice.edition == notice.Edition.UPDATE:
        chips.append(("Uppdatering", ""))
    return chips


def _facts(opened: Opened) -> list[tuple[str, str, str]]:
    notice, case = opened.notice, opened.case
    facts = [("Från", notice.sender or "okänd", "")]
    if notice.fsn_ref:
        facts.append(("FSN", notice.fsn_ref, ""))
    if notice.fsca_ref:
        facts.append(("FSCA", notice.fsca_ref, ""))
    if notice.dated_on:
        facts.append(("Daterat", swedish.day(notice.dated_on), ""))
    facts.append(("Kom in", swedish.moment(notice.received_at), ""))
    facts.append(("Genom", notice.get_channel_display(), ""))
    if notice.answer_by:
        facts.append(("Enheterna svarar", f"senast {swedish.moment(notice.answer_by)}", ""))
    if notice.reply_required:
        by = f"senast {swedish.day(notice.reply_by)}" if notice.reply_by else "begärt"
        facts.append(("Svar till leverantören", by, ""))
    counts = Counter(one.status for one in notice.recipients.all() if one.status != "removed")
    if counts:
        settled = sum(counts[status] for status in workflow.SETTLED)
        facts.append(("Klara enheter", f"{settled} av {sum(counts.values())}", ""))
    if notice.supersedes is not None:
        old = notice.supersedes.case
        facts.append(("Ersätter", old.number, old.get_absolute_url()))
    newer = getattr(notice, "superseded_by", None)
    if newer is not None:
        case_of = Case.objects.get(pk=newer.pk)
        facts.append(("Ersatt av", case_of.number, case_of.get_absolute_url()))
    facts.append(("Handläggare", case.handler.name if case.handler else "ingen än", ""))
    return facts


def _notes(opened: Opened) -> list[tuple[Tone, str, str]]:
    """What one must know before reading on: tone, first line, sentence."""
    notice = opened.notice
    told: list[tuple[Tone, str, str]] = []
    late = sum(one.handled_at is None for one in notice.arrivals.all())
    if late:
        many = "En utrustning har" if late == 1 else f"{late} utrustningar har"
        told.append(("warn", f"{many} kommit till enheter efter utskicket", "Se Målgrupp."))
    if (
        notice.supersedes is not None
        and opened.case.status == workflow.ASSESSING
        and _keeps(opened)
    ):
        told.append(
            (
                "info",
                "Ingen enhet behöver tillfrågas igen",
                f"Den här versionen begär inget nytt. Svaren i {notice.supersedes.case.number} följer "
                "med när du väljer Låt svaren gälla.",
            )
        )
    changed = workflow.changed_answers_are_told(notice)
    if changed:
        told.append(("warn", changed.rstrip("."), "Se Svar till leverantör."))
    if opened.case.status == workflow.SUPERSEDED:
        told.append(("info", "Ersatt av en ny version", "Enheterna svarar på den nya."))
    unread = [text for one in notice.products.all() for text in one.unread]
    if unread and opened.case.status in {*workflow.INBOX, workflow.ASSESSING}:
        told.append(
            ("warn", "En del av de berörda numren gick inte att tolka", "; ".join(unread)[:400])
        )
    return told


def tabs_of(url: Callable[[str], str], current: str, *, recipients: int, reports: int) -> list[Tab]:
    """The parts of a notice, wherever one of them is shown; `url` gives each its address."""
    parts: list[tuple[str, str, int | None]] = [
        ("safety_notice", "Meddelandet", None),
        ("notice_judging", "Bedömning", None),
        ("notice_targets", "Målgrupp", None),
        ("notice_recipients", "Utskick och svar", recipients or None),
        ("notice_reply", "Svar till leverantör", None),
        ("case_reports", "Anmälningar", reports or None),
        ("notice_history", "Historik", None),
    ]
    return [Tab(label, url(name), count, name == current) for name, label, count in parts]
