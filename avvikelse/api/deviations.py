"""Deviations in the API: to find, to read, and every act that moves them."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from avvikelse.actions import assessment, closing, coordination, decision, investigation
from avvikelse.api import serializers as shapes
from avvikelse.api.numbered import Numbered, takes
from patientsakerhet.audit import trail
from patientsakerhet.cases.actions import appointing, sharing, steps
from patientsakerhet.cases.api import serializers as spine
from patientsakerhet.cases.filters import CaseFilter, in_pages
from patientsakerhet.cases.models import Case
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.versions import expected
from patientsakerhet.ui.paging import Walk


class DeviationViewSet(Numbered):
    """Find, read and move deviations."""

    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = CaseFilter
    walk: Walk | None = None
    """The short way to the first rows of the list, when there is one."""

    @extend_schema(responses={200: spine.CaseRow(many=True)})
    def list(self, request: Request) -> Response:
        """The deviations one may see, newest first, narrowed by the same filters as the page's."""
        narrowed = self.filter_queryset(Case.objects.of_kind(self.kind).for_list())
        rows, self.walk = in_pages(
            narrowed,  # type: ignore[arg-type]  # the stubs know no queryset of ours behind a filter
            request.query_params,
            actor(request),
        )
        page = self.paginate_queryset(rows) or []
        shown = spine.CaseRow(page, many=True).data
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={"query": request.query_params.dict(), "cases": [row["number"] for row in shown]},
        )
        return self.get_paginated_response(shown)

    @extend_schema(responses={200: shapes.DeviationSerializer})
    def retrieve(self, request: Request, number: str) -> Response:
        """The deviation, whole."""
        case = self.case()
        self.read(case, "case.read")
        return self.whole(case)

    @takes(None)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, number: str) -> Response:
        """Take it from the queue."""
        return self.act(coordination.take)

    @takes(None)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, number: str) -> Response:
        """Put it back in the queue."""
        return self.act(coordination.release)

    @takes(shapes.WithText)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, number: str) -> Response:
        """Ask the reporter."""
        case, version = self.case(), expected(request)
        text = self.given(shapes.WithText)["text"]
        coordination.ask_reporter(case, text, by=actor(request), version=version)
        return self.whole(case)

    @takes(None)
    @action(detail=True, methods=["post"], url_path="heard-answer")
    def heard_answer(self, request: Request, number: str) -> Response:
        """The reporter has answered in another way; it waits no longer."""
        return self.act(coordination.heard_answer)

    @takes(None)
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, number: str) -> Response:
        """Tell the unit that has not received it once more."""
        case = self.case()
        coordination.remind_receiver(case, by=actor(request))
        return self.whole(case)

    @takes(shapes.Appoint)
    @action(detail=True, methods=["post"])
    def appoint(self, request: Request, number: str) -> Response:
        """Say who handles it."""
        return self.act(appointing.appoint, shapes.Appoint)

    @takes(shapes.Secrecy)
    @action(detail=True, methods=["post"])
    def secrecy(self, request: Request, number: str) -> Response:
        """Change how secret it is; takes a reason."""
        return self.act(steps.set_secrecy, shapes.Secrecy)

    @takes(shapes.Tie)
    @action(detail=True, methods=["post"])
    def tie(self, request: Request, number: str) -> Response:
        """Say which device or system of the register it is about."""
        return self.act(decision.tie_to_register, shapes.Tie)

    @takes(shapes.WithReason)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, number: str) -> Response:
        """Take a rejection back."""
        return self.act(coordination.restore, shapes.WithReason)

    @takes(shapes.Classify)
    @action(detail=True, methods=["post"])
    def classify(self, request: Request, number: str) -> Response:
        """Set kind, event class and cause class."""
        return self.act(coordination.classify, shapes.Classify)

    @takes(shapes.Assess)
    @action(detail=True, methods=["post"])
    def assess(self, request: Request, number: str) -> Response:
        """Judge severity and probability."""
        return self.act(assessment.assess, shapes.Assess)

    @takes(shapes.Coordinate)
    @action(detail=True, methods=["post"])
    def coordinate(self, request: Request, number: str) -> Response:
        """Give it to a unit."""
        return self.act(coordination.coordinate, shapes.Coordinate)

    @takes(shapes.HandOver)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, number: str) -> Response:
        """Give it to another unit, perhaps another provider's."""
        return self.act(coordination.hand_over, shapes.HandOver)

    @takes(shapes.Share)
    @action(detail=True, methods=["post"])
    def share(self, request: Request, number: str) -> Response:
        """Let another unit read an extract until a day."""
        return self.act(sharing.share, shapes.Share)

    @takes(shapes.StopSharing)
    @action(detail=True, methods=["post"], url_path="stop-sharing")
    def stop_sharing(self, request: Request, number: str) -> Response:
        """Let it read the extract no longer."""
        return self.act(sharing.stop_sharing, shapes.StopSharing)

    @takes(shapes.Receive)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, number: str) -> Response:
        """Receive it and begin the investigation."""
        return self.act(coordination.receive, shapes.Receive)

    @takes(shapes.WithReason)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, number: str) -> Response:
        """Send it back to the coordinators."""
        return self.act(coordination.send_back, shapes.WithReason)

    @takes(shapes.Reject)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, number: str) -> Response:
        """Reject it, with an answer to the reporter."""
        return self.act(coordination.reject, shapes.Reject)

    @takes(shapes.Into)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, number: str) -> Response:
        """Merge it into the case it repeats."""
        case = self.case()
        into = get_object_or_404(self.get_queryset(), number=self.given(shapes.Into)["into"])
        coordination.merge(case, into=into, by=actor(request), version=expected(request))
        return self.whole(case)

    @takes(shapes.WithReason)
    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, number: str) -> Response:
        """Let it stand on its own again."""
        return self.act(coordination.unmerge, shapes.WithReason)

    @takes(None)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, number: str) -> Response:
        """Take back one's own last step, within ten minutes."""
        case = self.case()
        coordination.undo(case, by=actor(request))
        return self.whole(case)

    @takes(None)
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, number: str) -> Response:
        """Go on to measures."""
        return self.act(closing.plan)

    @takes(None)
    @action(detail=True, methods=["post"], url_path="follow-up")
    def follow_up(self, request: Request, number: str) -> Response:
        """Go on to following up."""
        return self.act(closing.follow_up)

    @takes(shapes.WithReason)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, number: str) -> Response:
        """Go back to measures."""
        return self.act(closing.resume, shapes.WithReason)

    @takes(shapes.WithText)
    @action(detail=True, methods=["post"])
    def feedback(self, request: Request, number: str) -> Response:
        """Answer the reporter."""
        case = self.case()
        text = self.given(shapes.WithText)["text"]
        closing.give_feedback(case, text, by=actor(request))
        return self.whole(case)

    @takes(None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """Close it; refuses with everything that blocks."""
        return self.act(closing.close)

    @takes(shapes.WithReason)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, number: str) -> Response:
        """Investigate it again."""
        return self.act(closing.reopen, shapes.WithReason)

    @takes(shapes.AnswerSimilar)
    @action(detail=True, methods=["post"], url_path="similar-before")
    def similar_before(self, request: Request, number: str) -> Response:
        """Answer whether anything similar has happened before, against a search."""
        return self.act(investigation.answer_similar, shapes.AnswerSimilar)

    @takes(shapes.Conclude)
    @action(detail=True, methods=["post"])
    def conclude(self, request: Request, number: str) -> Response:
        """Answer the investigation's other questions."""
        return self.act(investigation.conclude, shapes.Conclude)
