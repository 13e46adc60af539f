"""A sign is told to be missing exactly when a document that holds it cannot be set."""

from datetime import UTC, datetime

import pytest
import typst

from patientsakerhet.documents import pdf, signs
from patientsakerhet.documents.content import Document, Paragraph

KNOWN = "åÅé–”€½→≥≤‰±µ☐✓①ЖΩłž\u00a0\u2009\u00ad\u2011\u200b"


def document(text):
    at = datetime(2026, 11, 29, tzinfo=UTC)
    return Document(title="Rapport", made_at=at, author="Region", blocks=(Paragraph(text),))


def test_what_is_known_can_be_set():
    assert signs.missing(f"Dos {KNOWN}\n\tny rad") == []
    assert pdf.make(document(f"Dos {KNOWN}")).startswith(b"%PDF-")


@pytest.mark.parametrize("sign", ["🦠", "中", "\ufeff", "\U000f0000"])
def test_what_is_missing_cannot_be_set(sign):
    assert signs.missing(f"a{sign}b{sign}") == [sign]
    with pytest.raises(typst.TypstError):
        pdf.make(document(f"a{sign}b"))
