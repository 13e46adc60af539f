"""How many there are, with the word that goes with it."""

import pytest

from patientsakerhet.ui.paging import Capped
from patientsakerhet.ui.templatetags.ui import counted


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (Capped(0), "0 meddelanden"),
        (Capped(1), "1 meddelande"),
        (Capped(2), "2 meddelanden"),
        (Capped(1, more=True), "1+ meddelanden"),
        (Capped(1000, more=True), "1\u00a0000+ meddelanden"),
    ],
)
def test_one_is_told_apart_from_none_and_many(count, told):
    assert counted(count, "meddelande,meddelanden") == told
