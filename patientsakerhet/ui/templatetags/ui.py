"""What templates ask for: Swedish days, times and numbers, waiting, and what is wrong in a form."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxSelectMultiple, MultiWidget, RadioSelect
from django.utils import timezone

from patientsakerhet.ui import swedish
from patientsakerhet.ui.forms import Hinted
from patientsakerhet.ui.paging import Capped

register = template.Library()

TONES = {constants.ERROR: "bad", constants.WARNING: "warn", constants.SUCCESS: "good"}
UNDO = "undo:"


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a form, and the id of the field where it is mended ("" for none)."""

    text: str
    target: str


@register.filter
def day(value: date | datetime | None) -> str:
    """22 nov. 2026."""
    return swedish.day(value) if value else ""


@register.filter
def day_of_month(value: date | datetime | None) -> str:
    """22 nov."""
    return swedish.day_of_month(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """22 nov. 2026 14:05."""
    return swedish.moment(value) if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """14:05."""
    return swedish.clock(value) if value else ""


@register.filter
def num(value: int | float | Decimal | None, decimals: int | None = None) -> str:
    """1 234,5; a dash when there is no number."""
    return swedish.DASH if value is None else swedish.number(value, decimals)


@register.filter
def percent(value: int | float | Decimal | None, decimals: int | None = None) -> str:
    """14 %; takes per cent, not a share."""
    return (
        swedish.DASH if value is None else f"{swedish.number(value, decimals)}{swedish.HARD_SPACE}%"
    )


@register.filter
def counted(count: Capped, words: str) -> str:
    """1 ärende, 3 ärenden, 1 000+ ärenden; `words` are the one and the several: "ärende,ärenden"."""
    one, several = words.split(",")
    return f"{count} {one if count.count == 1 and not count.more else several}"


@register.filter
def in_words(count: int) -> str:
    """två; from thirteen on in digits."""
    return swedish.in_words(count)


@register.filter
def waited(value: datetime, target_days: float | None = None) -> swedish.Waited:
    """14 d, with .since and .tone; for `{% with wait=case.opened_at|waited:7 %}`."""
    return swedish.waited(value, now=timezone.now(), target_days=target_days)


@register.filter
def tone(message: Message) -> str:
    """The tone of a message by its level."""
    return TONES.get(message.level, "info")


@register.filter
def undo_url(message: Message) -> str:
    """Where the message's deed is undone, when its extra_tags is `undo:<url>`."""
    return message.extra_tags.removeprefix(UNDO) if _can_undo(message) else ""


@register.filter
def is_receipt(message: Message) -> bool:
    """Whether the message answers something just done, and may be put away."""
    return message.level == constants.SUCCESS


@register.filter
def problems(form: BaseForm) -> list[Problem]:
    """Everything that is wrong in the form, in the order of its fields."""
    found = [Problem(str(text), "") for text in form.non_field_errors()]
    for field in form:
        found += [Problem(str(text), target(field)) for text in field.errors]
    return found


@register.filter
def target(field: BoundField) -> str:
    """The id of the first thing in the field that takes focus."""
    widget = field.field.widget
    several = isinstance(widget, (RadioSelect, CheckboxSelectMultiple, MultiWidget))
    return f"{field.auto_id}_0" if several else field.id_for_label


@register.filter
def has_hints(optgroups: list[tuple[str | None, list[dict[str, object]], int]]) -> bool:
    """Whether any of a widget's options carries a line of help."""
    return any(
        isinstance(option["label"], Hinted) for _, options, _ in optgroups for option in options
    )


def _can_undo(message: Message) -> bool:
    return bool(message.extra_tags) and message.extra_tags.startswith(UNDO)
