"""What a cell is known by: its digest is that of its facts one by one, its rows' marks those of Django."""

import random
from decimal import Decimal

from django.conf import settings
from django.utils.crypto import salted_hmac

from rapporter.annual_report import canonical, counting
from rapporter.annual_report.counting import Counted


def test_alike_facts_are_told_as_if_each_were_written(chance: random.Random):
    facts = [
        Counted(
            ref=str(number),
            dims={"area": chance.choice(["it", 'å\t"', "device"]), "month": "02"}
            if chance.random() < 0.7
            else {},
            part=Decimal(chance.choice(["1", "1.000000", "-2.5", "0", "0.000001", "400"])),
        )
        for number in range(300)
    ]
    count, value, digest = counting.total(counting.alike_in(facts))
    one_by_one = sorted(
        [canonical.decimal(one.part), [list(pair) for pair in sorted(one.dims.items())]]
        for one in facts
    )

    assert (count, value) == (300, sum(one.part for one in facts))
    assert digest == canonical.digest(one_by_one)
    assert counting.total(counting.alike_in(facts[1:]))[2] != digest


def test_a_rows_mark_is_made_with_a_key_derived_from_the_secret():
    expected = salted_hmac(
        counting.SALT, "cases.case:7", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()

    assert counting.mark("cases.case", 7) == expected
    assert counting.mark("cases.case", 7, "another") != expected
