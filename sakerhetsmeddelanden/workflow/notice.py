"""The states and arrows of a notice, and what each arrow needs.

Guards ask with `.all()` and `.exists()` only, so that a page which has fetched the rows already
asks the database nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.authority_reports.workflow import missing_in
from patientsakerhet.cases.models import Measure
from patientsakerhet.workflow import Step, Workflow
from sakerhetsmeddelanden.workflow.recipient import QUEUED, RECIPIENT_WORKFLOW, SELECTED, WAITING

if TYPE_CHECKING:
    from sakerhetsmeddelanden.models import SafetyNotice

KIND = "safety_notice"

RECEIVED = "received"
REGISTERED = "registered"
ASSESSING = "assessing"
NOT_APPLICABLE = "not_applicable"
DISTRIBUTING = "distributing"
AWAITING_UNITS = "awaiting_units"
ACTIONS_ONGOING = "actions_ongoing"
REPLY_SENT = "reply_sent"
FOLLOW_UP = "follow_up"
CLOSED = "closed"
SUPERSEDED = "superseded"

INBOX = (RECEIVED, REGISTERED)
"""Somebody has sent it, and nobody has begun to judge it."""
SENT_OUT = (DISTRIBUTING, AWAITING_UNITS, ACTIONS_ONGOING)
"""Units have it and may still answer."""
OPEN = (RECEIVED, REGISTERED, ASSESSING, NOT_APPLICABLE, *SENT_OUT, REPLY_SENT, FOLLOW_UP)


def is_identified(notice: SafetyNotice) -> str:
    """Who sent it and what it is called there."""
    if not (notice.manufacturer_id or notice.manufacturer_text.strip()):
        return "Tillverkare eller leverantör saknas."
    return "" if notice.fsn_ref or notice.fsca_ref else "Meddelandets beteckning saknas."


def fields_are_confirmed(notice: SafetyNotice) -> str:
    """Every value that was read out of the message looked at by somebody."""
    left = sum(one.confirmed_at is None for one in notice.fields.all())
    if not left:
        return ""
    return "Ett fält är inte bekräftat." if left == 1 else f"{left} fält är inte bekräftade."


def has_a_product(notice: SafetyNotice) -> str:
    """What the notice is about: a product, or a system."""
    if notice.products.all() or notice.systems.all():
        return ""
    return "Ingen produkt och inget system är angivet."


def is_judged(notice: SafetyNotice) -> str:
    """The risk class, which sets the time limits."""
    return "" if notice.risk_class_id else "Riskklassen är inte vald."


def says_what_to_do(notice: SafetyNotice) -> str:
    """What the units are asked to do."""
    return "" if notice.user_actions else "Det står inte vad enheterna ska göra."


def says_by_when(notice: SafetyNotice) -> str:
    """By when the units must have answered."""
    return "" if notice.answer_by else "Det står inte när enheterna ska ha svarat."


def is_targeted(notice: SafetyNotice) -> str:
    """Whom it concerns, found out after the last change of what it is about."""
    if notice.targeted_at is None:
        return "Träffbilden är inte framtagen."
    return "" if notice.targeting_holds else "Produkterna har ändrats. Ta fram träffbilden igen."


def has_somebody_to_send_to(notice: SafetyNotice) -> str:
    """At least one unit that is chosen and not yet sent to."""
    chosen = any(one.status == SELECTED for one in notice.recipients.all())
    return "" if chosen else "Ingen enhet är vald."


def is_a_new_version(notice: SafetyNotice) -> str:
    """In the place of an older one, whose units have answered."""
    return "" if notice.supersedes_id else "Meddelandet ersätter inget äldre."


def has_nobody_to_send_to(notice: SafetyNotice) -> str:
    """Nobody chosen who must be asked."""
    left = sum(one.status == SELECTED for one in notice.recipients.all())
    if not left:
        return ""
    units = "En vald enhet ska" if left == 1 else f"{left} valda enheter ska"
    return f"{units} ha meddelandet. Skicka ut det."


def nothing_is_undecided(notice: SafetyNotice) -> str:
    """A decision about each device whose data do not allow one."""
    left = sum(not one.decision for one in notice.undecided.all())
    if not left:
        return ""
    return (
        "Det är inte avgjort om en utrustning berörs."
        if left == 1
        else f"Det är inte avgjort om {left} utrustningar berörs."
    )


def is_sent(notice: SafetyNotice) -> str:
    """Every chosen unit sent to."""
    left = sum(one.status in {SELECTED, QUEUED} for one in notice.recipients.all())
    return "" if not left else f"{left} enheter väntar på utskick."


def every_unit_has_said_something(notice: SafetyNotice) -> str:
    """An answer from each unit, if not the last."""
    left = sum(one.status in {SELECTED, *WAITING} for one in notice.recipients.all())
    if not left:
        return ""
    return "En enhet har inte svarat." if left == 1 else f"{left} enheter har inte svarat."


def every_unit_is_settled(notice: SafetyNotice) -> str:
    """A last answer from each unit, or the chief physician's waiver."""
    final = RECIPIENT_WORKFLOW.final
    left = sum(one.status not in final for one in notice.recipients.all())
    if not left:
        return ""
    return "En enhet är inte klar." if left == 1 else f"{left} enheter är inte klara."


def reply_is_sent_where_asked_for(notice: SafetyNotice) -> str:
    """The supplier's own form answered."""
    if not notice.reply_required or notice.replied_at is not None:
        return ""
    return "Svaret till leverantören är inte skickat."


def reply_is_sent(notice: SafetyNotice) -> str:
    """The supplier answered, with all units or saying which are missing."""
    return "" if notice.replied_at is not None else "Svaret till leverantören är inte skickat."


def late_arrivals_are_looked_at(notice: SafetyNotice) -> str:
    """A decision about each device that came to a unit later."""
    left = sum(one.handled_at is None for one in notice.arrivals.all())
    if not left:
        return ""
    return (
        "En utrustning som kommit till senare är inte bedömd."
        if left == 1
        else f"{left} utrustningar som kommit till senare är inte bedömda."
    )


def changed_answers_are_told(notice: SafetyNotice) -> str:
    """A new reply, or a reason for none, about each answer changed after the supplier was told."""
    left = sum(one.handled_at is None for one in notice.changed_answers.all())
    if not left:
        return ""
    return (
        "Ett svar har ändrats sedan leverantören fick svar."
        if left == 1
        else f"{left} svar har ändrats sedan leverantören fick svar."
    )


def has_no_open_measures(notice: SafetyNotice) -> str:
    """Every measure done or cancelled."""
    count = sum(one.status in Measure.OPEN for one in notice.case.measures.all())
    if not count:
        return ""
    return "1 åtgärd är öppen." if count == 1 else f"{count} åtgärder är öppna."


def reports_are_settled(notice: SafetyNotice) -> str:
    """Every report to an authority decided, and what was to be reported sent in."""
    return missing_in(notice.case)


DISTRIBUTE = (
    has_a_product,
    is_judged,
    says_what_to_do,
    says_by_when,
    is_targeted,
    nothing_is_undecided,
    has_somebody_to_send_to,
)
"""What must be in place before a notice goes out, in the order it is worked through."""

KEEP_ANSWERS = (
    is_a_new_version,
    has_a_product,
    is_judged,
    is_targeted,
    nothing_is_undecided,
    has_nobody_to_send_to,
)
"""What must be in place before the answers to an older version are all that is wanted."""

CLOSING = (
    every_unit_is_settled,
    late_arrivals_are_looked_at,
    reply_is_sent_where_asked_for,
    changed_answers_are_told,
    has_no_open_measures,
    reports_are_settled,
)
"""What must be in place before a notice closes."""

WORKFLOW = Workflow(
    kind=KIND,
    initial=RECEIVED,
    final={CLOSED, SUPERSEDED},
    labels={
        RECEIVED: "Inkommet",
        REGISTERED: "Registrerat",
        ASSESSING: "Bedömning",
        NOT_APPLICABLE: "Berör oss inte",
        DISTRIBUTING: "Skickas ut",
        AWAITING_UNITS: "Väntar på enheter",
        ACTIONS_ONGOING: "Åtgärder pågår",
        REPLY_SENT: "Svar skickat",
        FOLLOW_UP: "Uppföljning",
        CLOSED: "Avslutat",
        SUPERSEDED: "Ersatt av ny version",
    },
    steps=[
        Step(
            "register",
            "Registrera",
            {RECEIVED},
            REGISTERED,
            Can.MANAGE_NOTICES,
            [is_identified, fields_are_confirmed],
        ),
        Step("assess", "Börja bedöma", {REGISTERED}, ASSESSING, Can.MANAGE_NOTICES),
        Step(
            "set_aside",
            "Berör oss inte",
            {RECEIVED, REGISTERED, ASSESSING},
            NOT_APPLICABLE,
            Can.MANAGE_NOTICES,
            reason=True,
        ),
        Step(
            "reconsider",
            "Bedöm igen",
            {NOT_APPLICABLE},
            ASSESSING,
            Can.MANAGE_NOTICES,
            reason=True,
        ),
        Step("distribute", "Skicka ut", {ASSESSING}, DISTRIBUTING, Can.MANAGE_NOTICES, DISTRIBUTE),
        Step(
            "keep_answers",
            "Låt svaren gälla",
            {ASSESSING},
            FOLLOW_UP,
            Can.MANAGE_NOTICES,
            KEEP_ANSWERS,
        ),
        Step(
            "widen",
            "Skicka till fler",
            {AWAITING_UNITS, ACTIONS_ONGOING, REPLY_SENT, FOLLOW_UP},
            DISTRIBUTING,
            Can.MANAGE_NOTICES,
            [has_somebody_to_send_to],
        ),
        Step(
            "sent",
            "Utskicket är klart",
            {DISTRIBUTING},
            AWAITING_UNITS,
            Can.MANAGE_NOTICES,
            [is_sent],
        ),
        Step(
            "all_answered",
            "Alla har svarat",
            {AWAITING_UNITS},
            ACTIONS_ONGOING,
            Can.MANAGE_NOTICES,
            [every_unit_has_said_something],
        ),
        Step(
            "reply",
            "Svaret är skickat",
            {AWAITING_UNITS, ACTIONS_ONGOING},
            REPLY_SENT,
            Can.MANAGE_NOTICES,
            [reply_is_sent],
        ),
        Step(
            "follow_up",
            "Gå vidare till uppföljning",
            {ACTIONS_ONGOING, REPLY_SENT},
            FOLLOW_UP,
            Can.MANAGE_NOTICES,
            [every_unit_is_settled, reply_is_sent_where_asked_for],
        ),
        Step(
            "close",
            "Avsluta",
            {NOT_APPLICABLE, FOLLOW_UP},
            CLOSED,
            Can.MANAGE_NOTICES,
            CLOSING,
        ),
        Step(
            "reopen",
            "Återöppna",
            {CLOSED},
            FOLLOW_UP,
            Can.MANAGE_NOTICES,
            reason=True,
        ),
        Step(
            "supersede",
            "Ersätt med ny version",
            set(OPEN),
            SUPERSEDED,
            Can.MANAGE_NOTICES,
            [reports_are_settled],
        ),
    ],
)

STAGES = (
    ("Inkommet", (RECEIVED, REGISTERED)),
    ("Bedömning", (ASSESSING, NOT_APPLICABLE)),
    ("Utskick", (DISTRIBUTING,)),
    ("Svar från enheter", (AWAITING_UNITS, ACTIONS_ONGOING)),
    ("Svar till leverantör", (REPLY_SENT,)),
    ("Uppföljning", (FOLLOW_UP,)),
    ("Avslutat", (CLOSED, SUPERSEDED)),
)
