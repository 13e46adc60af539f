"""Opening a case for somebody, and doing what she asks with it: shared by every part of its page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from avvikelse.models import Assessment, Deviation
from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.audit.models import Event
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.cases.models import Case, Comment, Deadline, Measure, Reporter, Transition
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person
from patientsakerhet.ui.conflict import Difference, carry_version, differences


@dataclass(frozen=True)
class Conflict:
    """Who changed the case meanwhile and when, and where the two differ."""

    who: str
    event: Event | None
    fields: list[Difference]


@dataclass(frozen=True)
class Opened:
    """A case as it lies before somebody, and what she may do with it."""

    deviation: Deviation
    may: frozenset[Can]
    by: Person

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.deviation.case

    @property
    def is_whole(self) -> bool:
        """Whether she may read all of it, and not an extract."""
        return Can.READ in self.may

    def can(self, *capabilities: Can) -> bool:
        """Whether she may do any of these."""
        return bool(self.may & set(capabilities))

    @property
    def has_analysis(self) -> bool:
        """Whether the event is analysed, or should be, and she may read that."""
        return self.is_whole and (
            self.deviation.needs_event_analysis or hasattr(self.deviation, "event_analysis")
        )

    @cached_property
    def parent(self) -> Case | None:
        """The case it was merged into, when she may read that."""
        if self.case.parent_id is None:
            return None
        return Case.objects.visible_to(self.by).filter(pk=self.case.parent_id).first()

    @property
    def reporter(self) -> Reporter:
        """Who filed it; shown only to those who may see who that is."""
        found: Reporter = self.case.reporter
        return found

    def url(self, name: str, *args: object) -> str:
        """An address below the case's own."""
        return reverse(name, args=[self.case.number, *args])


def open_case(request: HttpRequest, number: str) -> Opened:
    """The case with this number; one that may not be known of does not exist."""
    by = person_of(request)
    case = get_object_or_404(Case.objects.extract_visible_to(by).only("pk"), number=number)
    rows = (
        Deviation.objects.for_page()
        .select_related(
            "investigation", "event_analysis", "case__reporter__person", "case__closed_by"
        )
        .prefetch_related(
            Prefetch(
                "assessments", Assessment.objects.select_related("by", "scale", "reviewed_by")
            ),
            "causes",
            "timeline",
            Prefetch(
                "case__measures",
                Measure.objects.select_related("owner", "unit").order_by("due_on", "pk"),
            ),
            Prefetch("case__comments", Comment.objects.select_related("by")),
            Prefetch("case__authority_reports", AuthorityReport.objects.select_related("kind")),
            Prefetch(
                "case__transitions",
                Transition.objects.select_related("to_unit", "by", "handler").order_by(
                    "occurred_at", "pk"
                ),
            ),
            Prefetch("case__deadlines", Deadline.objects.order_by("starts_at", "pk")),
        )
    )
    deviation = whole_or_404(rows, pk=case.pk)
    return Opened(deviation, policy.capabilities(by, deviation.case), by)


def open_whole(request: HttpRequest, number: str) -> Opened:
    """As `open_case`, for those who may read all of it; to others this part does not exist."""
    opened = open_case(request, number)
    if not opened.is_whole:
        raise Http404
    return opened


def record_reading(opened: Opened, part: str) -> None:
    """The trail tells that she read this part of the case."""
    trail.read(
        "case.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        unit_id=opened.case.owning_unit_id,
        right=Can.READ if opened.is_whole else Can.READ_EXTRACT,
        body={"part": part},
    )


def conflict_of(form: BaseForm, opened: Opened, *, version: int | None = None) -> Conflict | None:
    """What the form was refused for when somebody else was first; its version is then today's.

    The person can compare and send again, knowing what she writes over.
    """
    if not getattr(form, "stale", False):
        return None
    carry_version(form, version or opened.case.version)
    last = Event.objects.of_case(opened.case.pk).changes().latest_first().first()
    who = Person.objects.filter(pk=last.actor_id or 0).first() if last else None
    return Conflict(who.name if who else "Varsam", last, differences(form))
