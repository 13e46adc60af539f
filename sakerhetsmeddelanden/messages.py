"""The mails that notices give rise to: what they say, where they lead, whether they still make sense."""

from __future__ import annotations

from collections.abc import Mapping

from django.core import signing
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import sealing
from patientsakerhet.lib.returned_mail import Failure
from patientsakerhet.notifications import kinds
from patientsakerhet.notifications.models import Message
from patientsakerhet.ui import swedish
from sakerhetsmeddelanden import answer_links
from sakerhetsmeddelanden.actions import distribution, links, recipients
from sakerhetsmeddelanden.models import AnswerLink, Recipient, RecipientMail
from sakerhetsmeddelanden.workflow import ACKNOWLEDGED_AFFECTED, WAITING

SALT = "sakerhetsmeddelanden.to"
TITLE_LENGTH = 100


def register() -> None:
    """Make them known to the outbox."""
    for kind, subject in (
        ("notice", "Säkerhetsmeddelande {number}: svara om ni är berörda"),
        ("notice_reminder", "Påminnelse: säkerhetsmeddelande {number} väntar på ert svar"),
        ("notice_escalation", "Säkerhetsmeddelande {number} är inte besvarat av din enhet"),
        ("notice_actions", "Säkerhetsmeddelande {number}: åtgärder som ska vara klara"),
    ):
        kinds.register(
            kind,
            subject=subject,
            path=to_answer,
            details=details,
            still_due=still_asked,
            after_return=take_back,
            after_reply=take_reply,
        )


def signed(recipient: Recipient) -> str:
    """What stands in the address of a mail's link for those who sign in."""
    return signing.dumps(recipient.pk, salt=SALT)


def recipient_in(token: str) -> int | None:
    """The recipient a mail's link was signed for; nothing when it was not by us."""
    try:
        return int(signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return None


def to_answer(message: Message) -> str:
    """A personal link for those it was made for; for everybody else the way through sign-in."""
    link = _link_of(message)
    if link is not None:
        return reverse("notice_link", args=[answer_links.token_kept(link.pk, link.token_lookup)])
    return reverse("notice_to", args=[signed(_recipient_of(message))])


def details(message: Message) -> Mapping[str, str]:
    """The title without personal numbers, the unit, and by when."""
    recipient = _recipient_of(message)
    title = sealing.mask(" ".join(recipient.notice.case.title.split())).text
    return {
        "title": title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…",
        "unit": recipient.unit.name,
        "due": swedish.moment(recipient.due_at) if recipient.due_at else "",
        "act_by": swedish.day(recipient.notice.act_by) if recipient.notice.act_by else "",
        "by_link": "ja" if _link_of(message) else "",
    }


def still_asked(message: Message) -> bool:
    """Whether the unit is still asked, and whoever is addressed may still answer or knows who does."""
    recipient = _recipient_of(message)
    wanted = (ACKNOWLEDGED_AFFECTED,) if message.kind == "notice_actions" else WAITING
    if recipient.status not in wanted:
        return False
    link = _link_of(message)
    if link is not None:
        return links.still_opens(link)
    if message.person is None:
        return True
    needed = Can.GET_ESCALATIONS if message.kind == "notice_escalation" else Can.ANSWER_NOTICE
    return policy.may_at(message.person, needed, recipient.unit) or (
        recipient.systems.filter(person=message.person).exists()
    )


def take_back(message: Message, failure: Failure) -> None:
    """The unit was not reached by this mail, or not yet."""
    mail = RecipientMail.objects.select_related("recipient").get(message=message)
    if failure.is_final:
        distribution.came_back(mail, hard=failure.is_hard, status=failure.status)
    else:
        distribution.is_delayed(mail, failure.status)


def take_reply(message: Message, automatic: bool) -> None:
    """Somebody, or nobody, has answered by mail, which is told of and answers nothing."""
    what = "mail_automatic" if automatic else "mail_reply"
    recipients.tell(_recipient_of(message), what, by=None, body={"message": str(message.pk)})


def _recipient_of(message: Message) -> Recipient:
    return Recipient.objects.select_related("notice__case", "unit").get(
        pk=message.context["recipient"]
    )


def _link_of(message: Message) -> AnswerLink | None:
    if "link" not in message.context:
        return None
    return AnswerLink.objects.select_related("recipient").get(pk=message.context["link"])
