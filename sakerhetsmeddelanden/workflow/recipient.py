"""The states and arrows of each unit that must answer a notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patientsakerhet.access.policy import Can
from patientsakerhet.workflow import Step, Workflow

if TYPE_CHECKING:
    from sakerhetsmeddelanden.models import Recipient

RECIPIENT = "notice_recipient"

SELECTED = "selected"
REMOVED = "removed"
QUEUED = "queued"
HANDED_OVER = "handed_over"
BOUNCED_SOFT = "bounced_soft"
BOUNCED_HARD = "bounced_hard"
NO_ANSWER = "no_answer"
REMINDED = "reminded"
ESCALATED = "escalated"
PHONED = "phoned"
ACKNOWLEDGED_AFFECTED = "acknowledged_affected"
ACKNOWLEDGED_NOT_AFFECTED = "acknowledged_not_affected"
ACTION_DONE = "action_done"
NOT_AFFECTED = "not_affected"
WAIVED = "waived"
ENDED = "closed"

BOUNCED = (BOUNCED_SOFT, BOUNCED_HARD)
WAITING = (QUEUED, HANDED_OVER, *BOUNCED, NO_ANSWER, REMINDED, ESCALATED, PHONED)
"""The unit has been asked and has not said anything; that mail went out is no answer."""
ANSWERED = (ACKNOWLEDGED_AFFECTED, ACKNOWLEDGED_NOT_AFFECTED, ACTION_DONE, NOT_AFFECTED)
"""The unit has said something, if not the last of it."""
SETTLED = (ACTION_DONE, NOT_AFFECTED, WAIVED)
"""Nothing more is awaited from the unit."""


KEPT = {ACTION_DONE: "keep_done", NOT_AFFECTED: "keep_not_affected", WAIVED: "keep_waived"}
"""The last word on an earlier version -> the step by which it stands for the new one."""


def devices_are_answered(recipient: Recipient) -> str:
    """An answer about each device that was asked about."""
    left = sum(not one.outcome for one in recipient.devices.all())
    if not left:
        return ""
    return "Svar saknas om en utrustning." if left == 1 else f"Svar saknas om {left} utrustningar."


RECIPIENT_WORKFLOW = Workflow(
    kind=RECIPIENT,
    initial=SELECTED,
    final={REMOVED, *SETTLED, ENDED},
    labels={
        SELECTED: "Vald",
        REMOVED: "Borttagen",
        QUEUED: "På väg ut",
        HANDED_OVER: "Utskickad",
        BOUNCED_SOFT: "Studsade, försöker igen",
        BOUNCED_HARD: "Studsade",
        NO_ANSWER: "Inget svar",
        REMINDED: "Påmind",
        ESCALATED: "Lyft till chef",
        PHONED: "Uppringd",
        ACKNOWLEDGED_AFFECTED: "Berörd, åtgärdar",
        ACKNOWLEDGED_NOT_AFFECTED: "Ej berörd, inte undertecknat",
        ACTION_DONE: "Åtgärdat",
        NOT_AFFECTED: "Ej berörd",
        WAIVED: "Svar behövs inte",
        ENDED: "Ersatt eller upphörd",
    },
    steps=[
        Step(
            "choose",
            "Välj igen",
            {REMOVED, *SETTLED},
            SELECTED,
            Can.MANAGE_NOTICES,
            reason=True,
        ),
        Step("remove", "Ta bort", {SELECTED}, REMOVED, Can.MANAGE_NOTICES, reason=True),
        Step(
            "keep_done",
            "Svaret gäller: åtgärdat",
            {SELECTED},
            ACTION_DONE,
            Can.MANAGE_NOTICES,
            [devices_are_answered],
        ),
        Step(
            "keep_not_affected",
            "Svaret gäller: inte berörd",
            {SELECTED},
            NOT_AFFECTED,
            Can.MANAGE_NOTICES,
        ),
        Step("keep_waived", "Beslutet att avstå gäller", {SELECTED}, WAIVED, Can.MANAGE_NOTICES),
        Step("queue", "Ställ i kö", {SELECTED, *BOUNCED}, QUEUED, Can.MANAGE_NOTICES),
        Step("hand_over", "Utskickad", {QUEUED, *BOUNCED}, HANDED_OVER, Can.MANAGE_NOTICES),
        Step(
            "bounce_softly",
            "Studsade, försöker igen",
            set(WAITING) - {BOUNCED_SOFT, BOUNCED_HARD},
            BOUNCED_SOFT,
            Can.MANAGE_NOTICES,
        ),
        Step("bounce", "Studsade", set(WAITING) - {BOUNCED_HARD}, BOUNCED_HARD, Can.MANAGE_NOTICES),
        Step(
            "stay_silent",
            "Inget svar i tid",
            {QUEUED, HANDED_OVER, *BOUNCED},
            NO_ANSWER,
            Can.MANAGE_NOTICES,
        ),
        Step(
            "remind", "Påmind", set(WAITING) - {REMINDED, ESCALATED}, REMINDED, Can.MANAGE_NOTICES
        ),
        Step(
            "escalate", "Lyft till chef", set(WAITING) - {ESCALATED}, ESCALATED, Can.MANAGE_NOTICES
        ),
        Step("phone", "Ring upp", set(WAITING) - {PHONED}, PHONED, Can.MANAGE_NOTICES),
        Step(
            "acknowledge",
            "Vi är berörda",
            {*WAITING, ACKNOWLEDGED_NOT_AFFECTED, ACTION_DONE, NOT_AFFECTED},
            ACKNOWLEDGED_AFFECTED,
            Can.ANSWER_NOTICE,
        ),
        Step(
            "deny",
            "Vi är inte berörda",
            {*WAITING, ACKNOWLEDGED_AFFECTED},
            ACKNOWLEDGED_NOT_AFFECTED,
            Can.ANSWER_NOTICE,
        ),
        Step(
            "sign_not_affected",
            "Skriv under att vi inte är berörda",
            {*WAITING, ACKNOWLEDGED_AFFECTED, ACKNOWLEDGED_NOT_AFFECTED},
            NOT_AFFECTED,
            Can.ANSWER_NOTICE,
        ),
        Step(
            "finish",
            "Vi är klara med åtgärderna",
            {*WAITING, ACKNOWLEDGED_AFFECTED},
            ACTION_DONE,
            Can.ANSWER_NOTICE,
            [devices_are_answered],
        ),
        Step(
            "waive",
            "Avstå från svaret",
            {*WAITING, ACKNOWLEDGED_AFFECTED, ACKNOWLEDGED_NOT_AFFECTED},
            WAIVED,
            Can.WAIVE_NOTICE,
            reason=True,
        ),
        Step(
            "end",
            "Avsluta utan svar",
            {SELECTED, *WAITING, *ANSWERED, WAIVED},
            ENDED,
            Can.MANAGE_NOTICES,
            reason=True,
        ),
    ],
)
