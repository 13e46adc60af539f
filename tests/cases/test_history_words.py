"""What the trail notes of a case is said in Swedish in its history, whatever kind it is of."""

import re

import pytest
from django.conf import settings

from patientsakerhet.cases.views.past import SPINE
from patientsakerhet.information_security.views.history import WORDS as CLASSIFIED
from patientsakerhet.major_incidents.views.history import WORDS as INCIDENTS
from patientsakerhet.risk_analysis.views.history import WORDS as ANALYSES


@pytest.mark.parametrize(
    ("room", "of", "words", "some"),
    [
        ("cases", "case|measure|attachment", SPINE, "attachment.added"),
        ("risk_analysis", "analysis|risk", ANALYSES, "risk.scored"),
        ("information_security", "classification|impact", CLASSIFIED, "impact.officer_chosen"),
        ("major_incidents", "incident", INCIDENTS, "incident.declared"),
    ],
)
def test_every_event_that_an_act_notes_has_words(room, of, words, some):
    files = (settings.BASE_DIR / "patientsakerhet" / room / "actions").glob("*.py")
    source = "".join(one.read_text() for one in files)
    noted = set(re.findall(rf'"((?:{of})\.[a-z_]+)"', source))

    assert some in noted
    assert noted - set(words) == set()
