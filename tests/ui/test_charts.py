"""A line of shares lies where its values say, and names as many moments as can be read."""

import pytest

from patientsakerhet.ui.charts import BOTTOM, LEFT, RIGHT, TOP, share_line


def months(count, share=50):
    return [(f"m{number}", share) for number in range(count)]


def test_nothing_lies_at_the_bottom_and_all_at_the_top():
    line = share_line("a", "Andel", [("jan.", 0), ("feb.", 100)])

    assert line.points == f"{LEFT:.2f},{BOTTOM:.2f} {RIGHT:.2f},{TOP:.2f}"
    assert [mark.label for mark in line.marks] == ["0 %", "50 %", "100 %"]
    assert (line.last, line.text) == ("100 %", "0 procent jan., 100 procent feb.")


@pytest.mark.parametrize("count", [2, 5, 13, 24])
def test_the_last_moment_is_always_named_and_never_more_than_four(count):
    line = share_line("a", "Andel", months(count))

    named = [one for one in line.moments if one.label]
    assert named[-1].label == f"m{count - 1}"
    assert not named[-1].thin
    assert 2 <= len(named) <= 4
    assert len(line.moments) == count


@pytest.mark.parametrize(("share", "below"), [(95, True), (20, False)])
def test_the_last_share_is_written_where_there_is_room(share, below):
    line = share_line("a", "Andel", months(3, share))

    assert (float(line.above_end) > float(line.end.y)) is below


def test_one_moment_is_no_line():
    with pytest.raises(ValueError, match="two points"):
        share_line("a", "Andel", months(1))
