"""How days, times, numbers and waiting are written for a Swedish reader. No HTML."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

HARD_SPACE = "\u00a0"
MINUS = "\u2212"
DASH = "–"
MONTHS = (
    "jan.", "feb.", "mars", "apr.", "maj", "juni",
    "juli", "aug.", "sep.", "okt.", "nov.", "dec.",
)  # fmt: skip
WORDS = (
    "noll", "en", "två", "tre", "fyra", "fem", "sex",
    "sju", "åtta", "nio", "tio", "elva", "tolv",
)  # fmt: skip

LAST = str.maketrans("åäö", "{|}")
"""The letters that stand after z, and signs that do."""
HOURS_BEFORE_DAYS = 12
LATE = 1.5
"""Past the target is a warning; past one and a half times the target is bad."""


@dataclass(frozen=True)
class Waited:
    """How long something has waited: `14 d`, since when, and the tone its target gives it."""

    text: str
    since: str
    tone: str

    def __str__(self) -> str:
        return self.text


def day(value: date | datetime) -> str:
    """22 nov. 2026, held together by hard spaces."""
    return f"{day_of_month(value)}{HARD_SPACE}{_local_day(value).year}"


def day_of_month(value: date | datetime) -> str:
    """22 nov., where the year goes without saying."""
    local = _local_day(value)
    return f"{local.day}{HARD_SPACE}{MONTHS[local.month - 1]}"


def clock(value: datetime) -> str:
    """14:05 in Swedish time."""
    return f"{_local(value):%H:%M}"


def moment(value: datetime) -> str:
    """22 nov. 2026 14:05."""
    return f"{day(value)} {clock(value)}"


def number(value: int | float | Decimal, decimals: int | None = None) -> str:
    """1 234,5 with hard spaces; as many decimals as it has, or as many as asked for."""
    if decimals is None:
        decimals = _decimals(value)
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    written = f"{exact:,.{decimals}f}".replace(",", HARD_SPACE).replace(".", ",")
    return written.replace("-", MINUS)


def in_words(count: int) -> str:
    """två, or 13: numbers up to twelve are written out."""
    return WORDS[count] if 0 <= count < len(WORDS) else number(count)


def sorted_as(text: str) -> str:
    """What Swedish words are sorted by: å, ä and ö last."""
    return text.casefold().translate(LAST)


def since(value: datetime, *, now: datetime) -> str:
    """i dag 07:12, i går 16:40, sedan 8 nov., sedan 8 nov. 2025."""
    days = (_local_day(now) - _local_day(value)).days
    if days == 0:
        return f"i dag {clock(value)}"
    if days == 1:
        return f"i går {clock(value)}"
    same_year = _local_day(now).year == _local_day(value).year
    return f"sedan {day_of_month(value) if same_year else day(value)}"


def waited(value: datetime, *, now: datetime, target_days: float | None = None) -> Waited:
    """14 d, 3 h or 12 min, and how that stands against a target in days.

    Days are calendar days, as a person counts them; hours are used the same day and the night
    after it.
    """
    elapsed = max(now - value, timedelta())
    days = (_local_day(now) - _local_day(value)).days
    hours = int(elapsed.total_seconds() // 3600)
    if days > 0 and hours >= HOURS_BEFORE_DAYS:
        text = f"{number(days)}{HARD_SPACE}d"
    elif hours:
        text = f"{hours}{HARD_SPACE}h"
    else:
        text = f"{int(elapsed.total_seconds() // 60)}{HARD_SPACE}min"
    return Waited(text, since(value, now=now), _tone(days, target_days))


def lasted(span: timedelta) -> str:
    """40 min, 3 h 20 min, 2 d 4 h: how long something went on, by its two largest parts."""
    minutes = int(span.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    told = [f"{number(count)}{HARD_SPACE}{unit}" for count, unit in parts if count]
    return " ".join(told[:2]) or f"0{HARD_SPACE}min"


def until(value: date | datetime, *, today: date, soon: int = 2) -> Waited:
    """27 nov. and how far off that is: i dag, i morgon, om 4 d, 3 d sen; the last days before warn."""
    days = (_local_day(value) - today).days
    if days < 0:
        return Waited(day_of_month(value), f"{number(-days)}{HARD_SPACE}d sen", "bad")
    near = {0: "i dag", 1: "i morgon"}.get(days, f"om {number(days)}{HARD_SPACE}d")
    return Waited(day_of_month(value), near, "warn" if days <= soon else "")


def _tone(days: int, target: float | None) -> str:
    if target is None or days <= target:
        return ""
    return "bad" if days > target * LATE else "warn"


def _decimals(value: int | float | Decimal) -> int:
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    if isinstance(value, int):
        return 0
    return len(f"{value:.6f}".rstrip("0").partition(".")[2])


def _local(value: datetime) -> datetime:
    return timezone.localtime(value)


def _local_day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value
