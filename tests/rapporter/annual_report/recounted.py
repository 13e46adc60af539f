"""A report's figures counted again from the files its cases came from: plain Python, none of the product.

The rules are read off the definitions that the report prints beside its figures.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, exp, lgamma, log, log1p
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
STAGE = {
    "New": "coordination", "Awaiting User Info": "coordination", "Active": "investigation",
    "Awaiting Evidence": "investigation", "Awaiting Vendor": "action", "Awaiting Problem": "action",
    "Resolved": "follow_up",
}  # fmt: skip
STAGES = ("coordination", "reception", "investigation", "action", "follow_up")
LABORATORY = ("CHEMISTRY", "HAEMATOLOGY", "MICROBIOLOGY", "PATHOLOGY")
SOON, ALLOWED = 30, 7
"""Days within which somebody is answered soon, and a case is coordinated in time."""
FROM_REGISTERS = (
    "F01", "F06", "F07", "F08", "F11", "F12", "F13", "F15", "F16", "F17",
    "complaints", "induction_days", "lex_maria", "municipal_deviations", "people_trained",
    "suggestions", "risk_analyses", "analysed_risks", "analysis_measures", "analysis_measures_left",
    "log_reviews",
)  # fmt: skip
"""What no file tells of: nothing has been written in those registers."""
NO_NUMBER = ("notice_in_time", "notice_precision", "notice_recall")
"""Shares of nothing."""


class Matter:
    """One row of the device file, or all rows of one incident in the IT log."""

    sort = area = ""

    def __init__(self, opened, states=(), coordinated=None, *, is_own=False):
        self.opened, self.coordinated, self.is_own = opened, coordinated, is_own
        self.states = [("New", opened), *states]
        self.closed = [at for state, at in self.states if state == "Closed"]

    def stage_at(self, moment):
        """The stage it is in just before then; nothing before it came in or after it closed."""
        known = [state for state, at in self.states if at < moment]
        return STAGE.get(known[-1], "") if known else ""

    def stays(self):
        """Stage, from when, until when, of each time it was in one; until nothing while it lasts."""
        found, stage, since = [], "", None
        for state, at in self.states:
            into = STAGE.get(state, "")
            if into != stage:
                if stage:
                    found.append((stage, since, at))
                stage, since = into, at
        return [*found, (stage, since, None)] if stage else found

    def came(self):
        """When it came in, and when it was opened again."""
        pairs = zip(self.states, self.states[1:], strict=False)
        return [self.opened, *(two[1] for one, two in pairs if one[0] == "Closed" != two[0])]


def incident(rows, *, moment, names, is_own):
    """An incident as the log's rows tell it; `names` says in which column what stands."""
    opened = moment(rows[0][names["opened"]])
    states, coordinated = [], None
    for row in rows:
        at, state, group = moment(row[names["at"]]), row[names["state"]], row[names["group"]]
        handled = STAGE.get(state, "coordination") != "coordination"
        if coordinated is None and (group != "?" or handled):
            coordinated = at
        if state != (states[-1][0] if states else "New"):
            states.append((state, at))
    return Matter(opened, states, coordinated, is_own=is_own)


def device(row):
    """A device incident as its row tells it: it came in, and nothing is known of what was done."""
    found = Matter(datetime.strptime(row["RECEIPT_DT"], "%Y-%m-%d").replace(tzinfo=SWEDEN))
    found.sort = "medical_device"
    usage = row["USAGE_CODE_TERM_E"]
    found.area = (
        "device.laboratory" if usage in LABORATORY
        else "device.imaging" if usage == "RADIOLOGY/IMAGING"
        else ""
    )  # fmt: skip
    return found


def figures(matters, year, now):
    """Name -> number of the year, as known now; None where there is none."""
    begin, after = _bounds(year)
    filed = [one for one in matters if begin <= one.opened < after]
    others = [one for one in filed if not one.is_own]
    stays = [stay for one in matters for stay in one.stays() if begin <= stay[1] < after]
    waits = [(one.opened, one.coordinated) for one in filed]
    classed = [one for one in others if one.area]
    end = min(after, now)
    return {
        **dict.fromkeys(FROM_REGISTERS, 0),
        **dict.fromkeys(NO_NUMBER),
        "F09": len(others),
        "F10": len(filed) - len(others),
        "F05": _within(waits, 0.5, now),
        "flow_waiting.most": _within(waits, 0.85, now),
        **{
            f"flow_lead.{stage}": _within(
                [(start, left) for name, start, left in stays if name == stage], 0.85, now
            )
            for stage in STAGES
        },
        "flow_on_target": _percent([_in_time(one) for one in filed]),
        "flow_open": sum(bool(one.stage_at(end)) for one in matters),
        "flow_slow": _slow(matters, end, now),
        "feedback_soon": 0 if filed else None,
        "rest_share": _percent([one.area.endswith(".other") for one in classed]),
    }


def breakdowns(matters, year):
    """(Table, year, code) -> number, of the tables that divide the deviations that came in."""
    found = Counter()
    seen = {
        (table, code)
        for one in matters
        for table, code in _codes(one)
        if one.opened.astimezone(SWEDEN).year in (year - 1, year) and not one.is_own
    }
    for that in (year - 1, year):
        found.update({("D1", that, f"{month:02}"): 0 for month in range(1, 13)})
        found.update({(table, that, code): 0 for table, code in seen})
    found.update({("D7", that, ""): 0 for that in (year - 2, year - 1, year)})
    for one in matters:
        local = one.opened.astimezone(SWEDEN)
        if local.year in (year - 1, year) and not one.is_own:
            found["D1", local.year, f"{local.month:02}"] += 1
            found.update((table, local.year, code) for table, code in _codes(one))
    return dict(found)


def queue(matters, year):
    """(Month, what) -> number: came in, went out, open at the end."""
    found = {}
    for month in range(1, 13):
        first = datetime(year, month, 1, tzinfo=SWEDEN)
        after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=SWEDEN)
        came = [at for one in matters for at in one.came()]
        left = [at for one in matters for at in one.closed]
        found[f"{month:02}", "flow_came"] = sum(first <= at < after for at in came)
        found[f"{month:02}", "flow_left"] = sum(first <= at < after for at in left)
        found[f"{month:02}", "flow_open"] = sum(bool(one.stage_at(after)) for one in matters)
    return found


def past(matters, year):
    """What came in each whole month since the first, 36 at the most, and came and left in each of the year's
    last 52 whole weeks.
    """
    came = [at.astimezone(SWEDEN).date() for one in matters for at in one.came()]
    left = [at.astimezone(SWEDEN).date() for one in matters for at in one.closed]
    begins = min((day for day in came if year - 2 <= day.year <= year), default=None)
    first = (begins.year, begins.month) if begins else (year + 1, 1)
    if begins and begins.day > 1 and first != (year - 2, 1):
        first = (first[0] + first[1] // 12, first[1] % 12 + 1)
    months = [
        (date(that, month, 1), sum((day.year, day.month) == (that, month) for day in came))
        for that in range(year - 2, year + 1)
        for month in range(1, 13)
        if (that, month) >= first
    ]
    sunday = date(year, 12, 31)
    while sunday.isoweekday() != 7:
        sunday -= timedelta(days=1)
    weeks = []
    for back in range(52):
        monday = sunday - timedelta(days=6 + 7 * back)
        if begins is not None and monday >= begins:
            counts = [
                sum(monday <= day < monday + timedelta(days=7) for day in days)
                for days in (came, left)
            ]
            weeks.append((monday, *counts))
    return months, weeks[::-1]


def interval(before, now):
    """The exact 95 per cent interval of now/before: of the share that `now` is of both, by bisection of
    the binomial's own sum.
    """
    total = before + now
    low = 0.0 if now == 0 else _root(lambda p: _at_least(now, total, p), 0.025)
    high = 1.0 if now == total else _root(lambda p: 1 - _at_most(now, total, p), 0.975)
    return tuple(None if share == 1 else share / (1 - share) for share in (low, high))


def _codes(one):
    yield "D1s", one.sort
    if one.area:
        yield "D3", one.area


def _bounds(year):
    return datetime(year, 1, 1, tzinfo=SWEDEN), datetime(year + 1, 1, 1, tzinfo=SWEDEN)


def _days(start, end):
    return (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 86_400


def _within(spans, share, now):
    """The days within which the share of them was over.

    Nothing here is censored before the last one that ended, so that no estimate is needed.
    """
    ended = sorted(_days(start, end) for start, end in spans if end)
    lasting = [_days(start, now) for start, end in spans if not end]
    assert not ended or not lasting or min(lasting) > ended[-1]
    place = ceil(round(share * len(spans), 9))
    return ended[place - 1] if spans and place <= len(ended) else None


def _in_time(one):
    """Coordinated or ended by the end of the seventh day after the one it came in."""
    last = one.opened.astimezone(SWEDEN).date() + timedelta(days=ALLOWED)
    done = one.coordinated or (one.closed[-1] if one.closed else None)
    return done is not None and done <= datetime.combine(last, time.max, SWEDEN)


def _slow(matters, end, now):
    """Open at the end, and longer in the stage than 85 per cent of the stays begun the year before."""
    day = (end - timedelta(microseconds=1)).astimezone(SWEDEN).date()
    begin = datetime.combine(day.replace(year=day.year - 1), time.min, SWEDEN)
    moment = end - timedelta(microseconds=1)
    stays = [stay for one in matters for stay in one.stays() if stay[1] <= moment]
    found = 0
    for stage in STAGES:
        own = [(start, left) for name, start, left in stays if name == stage]
        until = [(start, left if left and left <= moment else None) for start, left in own]
        most = _censored([one for one in until if one[0] >= begin], 0.85, moment)
        lasting = [_days(start, moment) for start, left in until if left is None]
        found += sum(most is not None and one > most for one in lasting)
    return found


def _censored(spans, share, now):
    """Kaplan and Meier, as on paper: each end takes its part of those who had lasted so long."""
    lasted = sorted((_days(start, end or now), end is None) for start, end in spans)
    left = 1.0
    for place, (length, is_lasting) in enumerate(lasted):
        if not is_lasting:
            left *= 1 - 1 / (len(lasted) - place)
            if left <= 1 - share + 1e-12:
                return length
    return None


def _percent(truths):
    return 100 * sum(truths) / len(truths) if truths else None


def _at_least(count, total, p):
    return _sum(range(count, total + 1), total, p)


def _at_most(count, total, p):
    return _sum(range(count + 1), total, p)


def _sum(counts, total, p):
    return sum(
        exp(
            lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1)
            + k * log(p) + (total - k) * log1p(-p)
        )
        for k in counts
    )  # fmt: skip


def _root(rising, aim):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < aim:
            low = middle
        else:
            high = middle
    return (low + high) / 2
