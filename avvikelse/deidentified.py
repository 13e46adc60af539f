"""The de-identified report of one analysis as it stands now, and whether somebody has cleared it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils import timezone

from avvikelse import analysis_report, deidentifying
from avvikelse.models import EventAnalysis
from patientsakerhet.documents.content import Document

UNREAD = "Utkast. Ingen har granskat att texten är avidentifierad."


@dataclass(frozen=True)
class Deidentified:
    """The document, its text, the text's hash, and the words that somebody should look at."""

    document: Document
    text: str
    hash: str
    looks_like_names: list[str]
    is_cleared: bool


def of(analysis: EventAnalysis) -> Deidentified:
    """The report of an analysis loaded with `analysis_report.for_report`, with nobody in it."""
    made_at = analysis.cleared_at or analysis.reported_at or timezone.now()
    whole = analysis_report.plain(analysis_report.document(analysis, made_at=made_at))
    wording = deidentifying.for_analysis(analysis, [whole]).wording
    made = analysis_report.document(analysis, made_at=made_at, wording=wording)
    text = analysis_report.plain(made)
    written = hashlib.sha256(text.encode()).hexdigest()
    is_cleared = analysis.cleared_of == written
    if not is_cleared:
        made = analysis_report.document(analysis, made_at=made_at, wording=wording, note=UNREAD)
    return Deidentified(
        document=made,
        text=text,
        hash=written,
        looks_like_names=deidentifying.looks_like_names(text),
        is_cleared=is_cleared,
    )
