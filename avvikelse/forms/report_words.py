"""What the report form offers to choose among, and the sentences it answers with."""

from __future__ import annotations

from django.conf import settings

from avvikelse.models import Deviation, RiskScale
from patientsakerhet.cases.models import Reporter
from patientsakerhet.ui.forms import Hinted

Nature, Affected, Mode = Deviation.Nature, Deviation.Affected, Reporter.Mode

ATTACH = (
    "PDF, bilder, Word, Excel, text och e-post, högst "
    f"{settings.FILE_MAX_BYTES // 2**20} MB var. Ta inga bilder där en patient syns."
)
NATURES = [
    (Nature.NEAR_MISS, Hinted("Nej, men det kunde ha hänt", "Ett tillbud")),
    (Nature.ADVERSE_EVENT, Hinted("Ja", "Du får två frågor till, båda frivilliga")),
    (Nature.RISK, Hinted("Nej, men jag ser en risk", "Inget har hänt än")),
    (Nature.UNKNOWN, Hinted("Vet ej än", "Den som utreder frågar vidare")),
]
AFFECTED = [(value, label.capitalize()) for value, label in Affected.choices]
INVOLVES = [
    ("device", "Medicinteknisk utrustning"),
    ("system", "IT-system eller telefoni"),
]
MODES_WITH_ACCOUNT = [
    (Mode.OPEN, Hinted("De som utreder ser mitt namn", "De kan fråga dig direkt")),
    (Mode.CONFIDENTIAL, Hinted("Bara samordnaren ser mitt namn", "Andra ser att någon har anmält")),
    (Mode.ANONYMOUS, Hinted("Ingen ser mitt namn", "Det sparas inte. Du får en kod att följa med")),
]
MODES_WITHOUT_ACCOUNT = [
    (Mode.ANONYMOUS, Hinted("Jag vill vara anonym", "Vi sparar varken namn eller adress")),
    (Mode.OPEN, Hinted("De som utreder får se vem jag är", "De kan fråga dig direkt")),
    (
        Mode.CONFIDENTIAL,
        Hinted("Bara samordnaren får se vem jag är", "Andra ser att någon har anmält"),
    ),
]
SUMMER_TIME = [
    ("yes", "Sommartid, första gången klockan visade det"),
    ("no", "Normaltid, en timme senare"),
]
ONE_ADDRESS = r"^[^\s<>,;:\"()]+@[^\s<>,;:\"()@]+$"
"""As the outbox takes an address: exactly one, with nothing around it."""
WHOLE_ADDRESS = "Skriv en hel e-postadress, till exempel namn@exempel.se."
WHO = "Skriv namn eller e-post, eller välj att vara anonym."
UNKNOWN_NUMBER = (
    "Vi hittar inget med numret {number}. Kontrollera numret, eller ta bort det och skriv "
    "produktens namn i stället."
)

AS_ANSWERED = (
    "door",
    "channel",
    "what_happened",
    "immediate_action",
    "consequence",
    "could_have_happened",
    "suggestion",
    "nature",
    "affected",
    "place",
    "discovered_at",
    "written_on_paper_at",
    "device_kept",
    "system",
    "system_text",
    "system_workaround",
    "actual",
    "potential",
)
"""Answers that are told on as they are."""


def levels_of(scale: RiskScale | None) -> list[tuple[int, str]]:
    """1 to 4 in the words of the scale in force; no levels when there is no scale."""
    if scale is None:
        return []
    texts = [*scale.severity_texts, "", "", "", ""]
    return [
        (level, Hinted(label, texts[level - 1]))
        for level, label in enumerate(scale.severity_labels, start=1)
    ]
