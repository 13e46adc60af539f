"""Five hundred random registers: precision, recall and answers are those of sets of units, counted on fingers.

Drawn by the printed seed, without a database; that the rows give these is shown by the worked example.
"""

from datetime import timedelta

import pytest

from sakerhetsmeddelanden import figures
from sakerhetsmeddelanden.figures import Missed, Sent

REGISTERS = 500
DAY = timedelta(days=1)


class Register:
    """Units, the affected devices they hold, who got the notice, and what each said."""

    def __init__(self, chance):
        units = range(chance.randint(0, 14))
        self.named = {unit: chance.choice((0, 0, 1, 2, 5)) for unit in units}
        self.got = {unit for unit in units if chance.random() < 0.7}
        self.said = {unit: chance.choice(("", "affected", "not_affected")) for unit in self.got}
        self.counted = {
            unit: chance.randint(1, 4) if said == "affected" else 0 if said else self.named[unit]
            for unit, said in self.said.items()
        }
        self.late = {unit for unit in self.got if chance.random() < 0.3}

    def rows(self):
        """As the figures are given them."""
        sent = [
            Sent(
                unit, self.said[unit], self.counted[unit], self.named[unit],
                DAY if self.said[unit] else None, None if self.said[unit] else DAY,
                in_time=bool(self.said[unit]) and unit not in self.late,
            )
            for unit in sorted(self.got)
        ]  # fmt: skip
        missed = [
            Missed(unit, many)
            for unit, many in self.named.items()
            if unit not in self.got and many > 0
        ]
        return sent, missed

    @property
    def true(self):
        """Who held one: what the register named, corrected by the answers."""
        named = {unit for unit, many in self.named.items() if many}
        confirmed = {unit for unit, said in self.said.items() if said == "affected"}
        denied = {unit for unit, said in self.said.items() if said == "not_affected"}
        return (named | confirmed) - denied

    def silent(self):
        """Who has not answered."""
        return {unit for unit, said in self.said.items() if not said}


def share(part, whole):
    return len(part) / len(whole) if whole else None


def test_shares_are_those_of_sets(chance):
    seen = set()
    every, registers = [], [Register(chance) for _ in range(REGISTERS)]
    for register in registers:
        found = figures.of_one(*register.rows())
        every.append(found)
        got, true, silent = register.got, register.true, register.silent()
        confirmed = {unit for unit, said in register.said.items() if said == "affected"}
        in_time = {unit for unit in got - silent if unit not in register.late}
        if got:
            assert found.precision == (share(confirmed, got), share(confirmed | silent, got))
        else:
            assert found.precision is None
        assert found.recall == share(got & true, true)
        held = {u: register.counted[u] if u in got else register.named[u] for u in true}
        reached = sum(many for unit, many in held.items() if unit in got)
        whole = sum(held.values())
        assert found.device_recall == (reached / whole if whole else None)
        assert found.answered == share(got - silent, got)
        assert found.answered_in_time == share(in_time, got)
        assert found.affected_answered_in_time == share(in_time & confirmed, true)
        assert found.needless == len(got - confirmed - silent)
        against = {
            unit for unit in got - silent if (unit in confirmed) != (register.named[unit] > 0)
        }
        assert found.contradicted == len(against)
        seen |= {found.recall is None, found.recall == 1, found.precision is None}
    assert seen == {True, False}

    together = figures.together(every)
    reached = sum(len(one.got & one.true) for one in registers)
    assert together.recall == pytest.approx(reached / sum(len(one.true) for one in registers))
