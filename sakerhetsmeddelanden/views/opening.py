"""Opening a notice for somebody, and doing what she asks with it: shared by every part of its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from patientsakerhet.access import policy
from patientsakerhet.access.asking import person_of
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.authority_reports.models import AuthorityReport
from patientsakerhet.cases.models import Case, Deadline, Transition
from patientsakerhet.cases.views import acting
from patientsakerhet.cases.views.acting import perform as perform
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Person
from sakerhetsmeddelanden.models import AffectedProduct, Recipient, SafetyNotice


@dataclass(frozen=True)
class Opened:
    """A notice as it lies before somebody, and what she may do with it."""

    notice: SafetyNotice
    may: frozenset[Can]
    by: Person

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.notice.case

    @property
    def manages(self) -> bool:
        """Whether she registers, judges and sends."""
        return Can.MANAGE_NOTICES in self.may

    def url(self, name: str, *args: object) -> str:
        """An address below the notice's own."""
        return reverse(name, args=[self.case.number, *args])


def open_notice(request: HttpRequest, number: str) -> Opened:
    """The notice with this number, whole; one that may not be known of does not exist."""
    by = person_of(request)
    seen = get_object_or_404(SafetyNotice.objects.visible_to(by).only("pk"), case__number=number)
    rows = SafetyNotice.objects.for_page().prefetch_related(
        "fields",
        "systems",
        "undecided",
        "arrivals",
        "changed_answers",
        "case__measures",
        Prefetch("case__authority_reports", AuthorityReport.objects.select_related("kind")),
        Prefetch(
            "products",
            AffectedProduct.objects.select_related("manufacturer").prefetch_related(
                "models_chosen__manufacturer"
            ),
        ),
        Prefetch("recipients", Recipient.objects.select_related("unit")),
        Prefetch(
            "case__transitions",
            Transition.objects.select_related("by").order_by("occurred_at", "pk"),
        ),
        Prefetch("case__deadlines", Deadline.objects.order_by("starts_at", "pk")),
    )
    notice = whole_or_404(rows, pk=seen.pk)
    return Opened(notice, policy.capabilities(by, notice.case), by)


def record_reading(opened: Opened, part: str) -> None:
    """The trail tells that she read this part of the notice."""
    trail.read(
        "case.read",
        by=opened.by,
        case_id=opened.case.pk,
        number=opened.case.number,
        unit_id=opened.case.owning_unit_id,
        right=Can.READ,
        body={"part": part},
    )


def renewed(form: BaseForm, opened: Opened) -> BaseForm:
    """A form that was refused since somebody was first carries today's version when it is sent again."""
    return acting.renewed(form, opened.case)
