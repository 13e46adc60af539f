"""Reports made through the actions, walked to a state."""

from datetime import timedelta

from django.utils import timezone

from patientsakerhet.authority_reports.actions import deciding, keeping
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind


def kind(key="lex_maria"):
    return ReportKind.objects.current().get(key=key)


def begun(case, region, key="lex_maria", *, ask=False, **fields):
    """A report of the kind in the case, noticed by the one who investigates."""
    return deciding.begin(
        case,
        kind(key),
        by=fields.pop("by", region.coordinator),
        grounds=fields.pop("grounds", "Patienten kunde ha skadats allvarligt."),
        ask=ask,
        event_provider=fields.pop("event_provider", case.owning_unit.care_provider),
        **fields,
    )


def filled(report, by):
    """With every field and point of its worksheet."""
    return keeping.fill(
        fresh(report),
        by=by,
        values={one.key: "Se ärendet." for one in report.kind.worksheet},
        checked=[one.key for one in report.kind.points],
    )


def submitted(report, by, **fields):
    """Filled in and sent."""
    filled(report, by)
    return keeping.submit(
        fresh(report),
        by=by,
        submitted_at=fields.pop("submitted_at", timezone.now() - timedelta(minutes=1)),
        channel=fields.pop("channel", "e_service"),
        **fields,
    )


def report_in(status, case, region, key="lex_maria", **fields):
    """A report walked to the state, the chief physician deciding."""
    keeper, chief = region.coordinator, region.physician
    report = begun(case, region, key, **fields)
    if status == "candidate":
        return fresh(report)
    deciding.ask(report, by=keeper)
    if status == "under_decision":
        return fresh(report)
    if status == "not_reported":
        deciding.decide(fresh(report), report_it=False, motive="Ingen risk.", by=chief)
        return fresh(report)
    deciding.decide(fresh(report), report_it=True, motive="Kunde ha blivit allvarligt.", by=chief)
    if status == "drafting":
        return fresh(report)
    submitted(report, keeper)
    if status == "submitted":
        return fresh(report)
    keeping.supplement(
        fresh(report),
        sent="Utredningen.",
        sent_at=timezone.now(),
        channel="e_service",
        by=keeper,
    )
    if status == "supplemented":
        return fresh(report)
    keeping.record_outcome(
        fresh(report), answered_on=timezone.localdate(), outcome="Utredningen räcker.", by=keeper
    )
    if status == "decided":
        return fresh(report)
    keeping.close(fresh(report), reason="Inget mer väntas.", by=keeper)
    return fresh(report)


def fresh(report):
    return AuthorityReport.objects.select_related("kind", "case").get(pk=report.pk)
