"""The errands of the spine: one's own cases and measures, what is late, questions to a reporter, one's own reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.cases import agenda
from patientsakerhet.cases.agenda import Errand, Line
from patientsakerhet.cases.models import Case, Comment, Measure
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import swedish
from patientsakerhet.ui.parts import Tone

STAGES: dict[int, tuple[str, Tone]] = {
    1: ("Mottagen", ""),
    2: ("Utreds", "info"),
    3: ("Åtgärdas", "info"),
    4: ("Klar", "good"),
}
"""What a reporter is told of how far her report has come."""
NEWS_FOR = timedelta(days=60)
"""An answer that the reporter has said nothing about stands on her first page so long."""


def mine(person: Person) -> QuerySet[Case] | None:
    """Open cases whose handler she is."""
    cases = Case.objects.visible_to(person).handled_by(person).open()
    return cases.most_urgent_first().select_related("owning_unit")


def my_measures(person: Person) -> QuerySet[Measure]:
    """Her measures that are to be done."""
    return Measure.objects.filter(owner=person).open().order_by("due_on", "pk")


def effects(person: Person) -> QuerySet[Measure] | None:
    """Finished measures whose effect is to be looked at: those she decided or answers for."""
    if not policy.may(person, Can.DECIDE_MEASURES):
        return None
    found = Measure.objects.visible_to(person).effect_due()
    return found.filter(Q(decided_by=person) | Q(owner=person)).order_by("effect_due_on", "pk")


def questions(person: Person) -> QuerySet[Case]:
    """Her reports in which she has been asked something and not answered."""
    open_questions = Comment.objects.filter(
        case=OuterRef("pk"),
        purpose=Comment.Purpose.QUESTION,
        audience=Comment.Audience.REPORTER,
        replies=None,
    )
    asked = Case.objects.filed_by(person).open().filter(Exists(open_questions))
    return asked.latest_first()


def answers(person: Person) -> QuerySet[Case]:
    """Her reports that have been answered lately, until she has said what she thought of it."""
    fresh = Comment.objects.filter(
        case=OuterRef("pk"),
        purpose=Comment.Purpose.FEEDBACK,
        at__gte=timezone.now() - NEWS_FOR,
    )
    told = Case.objects.filed_by(person).filter(Exists(fresh), reporter__answered="")
    return told.latest_first()


def reports(person: Person) -> QuerySet[Case]:
    """Everything she has reported."""
    return Case.objects.filed_by(person).latest_first().select_related("filing_unit", "parent")


# --- rows -----------------------------------------------------------------------------------------


def case_due(case: Case) -> Line:
    """A case with its next deadline first."""
    lead, late = swedish.Waited("", "", ""), False
    if case.due_at is not None:
        lead = swedish.until(case.due_at, today=timezone.localdate())
        late = case.due_at < timezone.now()
    return Line(
        title=case.title,
        url=case.get_absolute_url(),
        lead=lead.text,
        since=lead.since,
        tone="bad" if late else lead.tone,
        meta=(case.number, case.owning_unit.name, case.status_label),
    )


def _measure(measure: Measure) -> Line:
    lead = swedish.until(measure.due_on, today=timezone.localdate())
    return Line(
        title=measure.title,
        url=reverse("measure", args=[measure.pk]),
        lead=lead.text,
        since=lead.since,
        tone=lead.tone,
        meta=(measure.get_status_display().capitalize(), measure.progress)
        if measure.progress
        else (measure.get_status_display().capitalize(),),
    )


def _effect(measure: Measure) -> Line:
    lead = swedish.until(measure.effect_due_on, today=timezone.localdate())
    return Line(
        title=measure.title,
        url=f"{reverse('measure', args=[measure.pk])}#effekt",
        lead=lead.text,
        since=lead.since,
        tone=lead.tone,
        meta=(f"Ska synas så här: {measure.effect_sign}",),
    )


def _question(case: Case) -> Line:
    return Line(
        title=case.title,
        url=reverse("own_report", args=[case.number]),
        meta=(case.number, f"anmäld {swedish.day(case.filed_at)}"),
        chip="Fråga till dig",
        chip_tone="warn",
    )


def _answer(case: Case) -> Line:
    return Line(
        title=case.title,
        url=reverse("own_report", args=[case.number]),
        meta=(case.number, f"anmäld {swedish.day(case.filed_at)}"),
        chip="Fick du svar?",
        chip_tone="info",
    )


def _report(case: Case) -> Line:
    # A duplicate goes where the case it was merged into goes.
    leading = case.parent or case
    stage = leading.kind_row.reporter_stages[leading.status]
    word, tone = STAGES[stage]
    return Line(
        title=case.title,
        url=reverse("own_report", args=[case.number]),
        meta=(case.number, swedish.day(case.filed_at)),
        chip=word,
        chip_tone=tone,
        stage=stage,
    )


def list_of(name: str, query: str = "") -> Callable[[Person], str]:
    """The address of a list, looked up when it is asked for."""
    return lambda person: reverse(name) + (f"?{query}" if query else "")


def register() -> None:
    """Make them known to the first page and the navigation."""
    own = list_of("own_reports")
    for errand in (
        Errand(
            "questions", "Frågor till dig", questions, _question, own,
            "Alla dina anmälningar", agenda.ASKED, 10,
        ),
        Errand(
            "answers", "Svar på dina anmälningar", answers, _answer, own,
            "Alla dina anmälningar", agenda.ASKED, 20,
        ),
        Errand(
            "mine", "Dina ärenden", mine, case_due,
            list_of("cases", "open=open&handler=mig"), "Alla dina ärenden", order=50,
        ),
        Errand(
            "measures", "Dina åtgärder", my_measures, _measure,
            list_of("measures", "whose=mine&status=open"), "Alla dina åtgärder", order=60,
        ),
        Errand(
            "effects", "Effekt att följa upp", effects, _effect,
            list_of("measures", "effect_due=on"), "Alla som ska följas upp", order=70,
        ),
        Errand(
            "reports", "Dina senaste anmälningar", reports, _report, own,
            "Alla dina anmälningar", agenda.NEWS, 90,
        ),
    ):  # fmt: skip
        agenda.register(errand)
