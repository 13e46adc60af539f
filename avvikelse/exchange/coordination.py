"""The coordinators' queue out as a file, by page and by command alike."""

from __future__ import annotations

from collections.abc import Mapping

from avvikelse import queue
from avvikelse.filters import QueueFilter
from avvikelse.views.coordination_place import Place
from avvikelse.workflow import WORKFLOW
from patientsakerhet.access.policy import Can
from patientsakerhet.cases.exchange import refuse_unreadable
from patientsakerhet.cases.models import Code
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person

COLUMNS = (
    Column("Nummer", "number"),
    Column("Rubrik", "title"),
    Column("Läge", "status", shown=lambda status: WORKFLOW.labels.get(status, status)),
    Column("Kom in", "filed_at"),
    Column("Tidsgräns", "due_at"),
    Column("Rapporterande enhet", "filing_unit__name"),
    Column("Vårdgivare", "filing_unit__care_provider__name"),
    Column("Typ", "deviation__kind__label"),
    Column("Föreslagen typ", "deviation__preparation__kind__label"),
    Column("Föreslagen enhet", "deviation__preparation__receiver__name"),
    Column("Allvarlighet", "severity"),
    Column("Risktal", "risk_score"),
    Column("Handläggare", "handler__name"),
)


VIEWS = {
    queue.ALL: "alla",
    queue.INCOMING: "inkomna",
    queue.OWN: "egna",
    queue.MINE: "mina",
    queue.WAITING: "väntar på svar",
    queue.LATE: "ej mottagna",
    queue.PRIVATE: "privata vårdgivare",
    queue.MUNICIPAL: "kommuner",
}


def queue_of(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The cases of one view and filter of a coordinator's queue, in its order.

    Refuses when nobody is named: a queue is somebody's.
    """
    if by is None:
        raise Refused("Säg vems kö det gäller, med --by.")
    place = Place(given)
    narrow = QueueFilter(place.asked, queryset=queue.narrowed(by, place.view))
    refuse_unreadable(narrow)
    return Extract(
        name="koordinering",
        title="Koordinering",
        rows=narrow.qs,
        columns=COLUMNS,
        selection=in_words(by, place),
        case_id="pk",
        right=Can.COORDINATE,
    )


def in_words(person: Person, place: Place) -> list[tuple[str, str]]:
    """The view and the filter, label and value."""
    narrow = QueueFilter(place.asked, queryset=queue.in_queue(person))
    view = place.view
    if view.startswith(queue.OF_KIND):
        code = Code.objects.of("deviation_kind").filter(code=view.removeprefix(queue.OF_KIND))
        told = str(code.first() or view)
    else:
        told = VIEWS.get(view, view)
    return [("Vy", told), *narrow.described()]


EXPORT = Export(
    "coordination",
    "Koordinering",
    Can.COORDINATE,
    queue_of,
    "Kön som du ser den, i den vy och med det urval du har valt där.",
)
