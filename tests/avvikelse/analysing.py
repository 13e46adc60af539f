"""What tests of event analyses write in them."""

from datetime import timedelta

from django.utils import timezone

from avvikelse.actions import event_analysis, investigation, proposals
from tests.factories import code


def days(count):
    """The day so many days from today."""
    return timezone.localdate() + timedelta(days=count)


def measure_of(owner):
    """What proposing a measure takes."""
    return {
        "title": "Byt sensorn",
        "strength": "strong",
        "owner": owner,
        "owner_is_told": True,
        "due_on": days(20),
        "effect_sign": "Inga stopp på tre månader.",
        "effect_due_on": days(110),
    }


def write_all(analysis, *, by):
    """A moment that departed, its direct cause, and one behind that."""
    case = analysis.deviation.case
    moment = investigation.add_to_timeline(
        case,
        "Pumpen stannade utan larm.",
        by=by,
        at=timezone.now() - timedelta(hours=5),
        departs=True,
        expected="Pumpen larmar.",
    )
    area = code("cause_area", "technology_equipment")
    direct = investigation.add_cause(
        case, by=by, area=area, text="Sensorn var sliten.", evidence="Protokollet."
    )
    behind = investigation.add_cause(
        case, by=by, area=area, text="Service uteblev.", evidence="Registret."
    )
    direct = event_analysis.place_cause(direct, by=by, departure=moment)
    behind = event_analysis.place_cause(behind, by=by, explains=direct)
    return moment, direct, behind


def ready(analysis, *, by):
    """Everything a report needs is written; the proposal in it."""
    moment, direct, _ = write_all(analysis, by=by)
    event_analysis.add_member(analysis, by=by, name="Patientföreträdare", part="patient_view")
    event_analysis.add_barrier(analysis, by=by, text="Larmet.", held="failed", moment=moment)
    made = proposals.propose(analysis, by=by, cause=direct, **measure_of(by))
    analysis.refresh_from_db()
    event_analysis.change(
        analysis,
        by=by,
        version=analysis.version,
        summary="Pumpen stannade för att sensorn var sliten.",
        method="Intervjuer och loggar.",
        lessons="Följ upp uteblivna servicetillfällen.",
    )
    return made
