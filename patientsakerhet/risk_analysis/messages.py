"""The messages that analyses give rise to: subject, page, and whether they still make sense."""

from __future__ import annotations

from patientsakerhet.cases.messages import still_visible, to_case
from patientsakerhet.notifications import kinds


def register() -> None:
    """Make them known to the outbox."""
    for kind, subject in (
        ("analysis_leader", "Du leder riskanalysen {number}"),
        ("analysis_to_decide", "Riskanalysen {number} väntar på ditt beslut"),
        ("analysis_sent_back", "Riskanalysen {number} behöver kompletteras"),
        ("analysis_signed", "Slutrapporten för {number} är undertecknad"),
    ):
        kinds.register(kind, subject=subject, path=to_case, still_due=still_visible)
