"""Deviations in the API: to find, to read, and every act on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from avvikelse.actions import assessment, closing, coordination, investigation
from avvikelse.api import serializers as shapes
from avvikelse.models import Deviation
from patientsakerhet.access.models import Scope
from patientsakerhet.audit import trail
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import attachments, comments, links, measures, sharing
from patientsakerhet.cases.api import serializers as spine
from patientsakerhet.cases.api.pages import ByKeyset
from patientsakerhet.cases.api.views import REFUSALS
from patientsakerhet.cases.filters import CaseFilter
from patientsakerhet.cases.models import Case
from patientsakerhet.cases.querysets import CaseQuerySet
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.versions import expected, tagged

NUMBER = r"[A-Z]{2}-\d{4}-\d{5,}"
Shape = type[BaseSerializer[Any]]


class Numbered(OncePerKey, GenericViewSet[Case]):
    """What every view of one deviation needs: the visible case, and the answer after an act."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Case.objects.none()
    serializer_class = shapes.DeviationSerializer  # type: ignore[assignment]  # the case's detail
    lookup_field = "number"
    lookup_value_regex = NUMBER

    def get_queryset(self) -> CaseQuerySet:
        return Case.objects.visible_to(self.request.user).of_kind("deviation").for_list()

    def case(self) -> Case:
        """The case, when the asker may know of it; 404 otherwise."""
        return get_object_or_404(self.get_queryset(), number=self.kwargs["number"])

    def given(self, shape: Shape) -> dict[str, Any]:
        """What was sent, in the shape the act takes; 400 with the fields otherwise."""
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def whole(self, case: Case) -> Response:
        """The deviation as it stands now, with its version."""
        deviation = Deviation.objects.for_page().get(pk=case.pk)
        return tagged(Response(shapes.DeviationSerializer(deviation).data), deviation.case.version)

    def act(self, do: Callable[..., Any], shape: Shape = shapes.Nothing) -> Response:
        """One act on the version the asker has seen, and the deviation after it."""
        case = self.case()
        version = expected(self.request)
        do(case, by=actor(self.request), version=version, **self.given(shape))
        return self.whole(case)

    def read(self, case: Case, what: str) -> None:
        """The reading, in the trail."""
        trail.read(
            what,
            by=actor(self.request),
            case_id=case.pk,
            number=case.number,
            right="read",
            via="api",
        )

    def rows(self, rows: Any, shape: Shape, what: str) -> Response:
        """Rows of the case, and the reading in the trail."""
        self.read(self.case(), what)
        return Response(shape(rows, many=True).data)


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: shapes.DeviationSerializer, **REFUSALS})


class DeviationViewSet(Numbered):
    """Find, read and move deviations."""

    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = CaseFilter

    @extend_schema(responses={200: spine.CaseRow(many=True)})
    def list(self, request: Request) -> Response:
        """The deviations one may see, newest first, narrowed by the same filters as the page's."""
        rows = self.filter_queryset(self.get_queryset())
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


class ContentViewSet(Numbered):
    """What belongs to one deviation: read it, and add to it."""

    @extend_schema(responses={200: spine.TransitionSerializer(many=True)})
    def transitions(self, request: Request, number: str) -> Response:
        """The steps it has taken."""
        rows = self.case().transitions.select_related("from_unit", "to_unit", "by")
        return self.rows(rows, spine.TransitionSerializer, "case.history_read")

    @extend_schema(responses={200: shapes.HandoverSerializer(many=True)})
    def handovers(self, request: Request, number: str) -> Response:
        """Who has been given it, and whether they have received it."""
        rows = self.case().handovers.select_related("from_unit", "to_unit")
        return self.rows(rows, shapes.HandoverSerializer, "case.handovers_read")

    @extend_schema(responses={200: shapes.AssessmentSerializer(many=True)})
    def assessments(self, request: Request, number: str) -> Response:
        """The judgements, in the order they were made."""
        rows = self.case().deviation.assessments.select_related("by")
        return self.rows(rows, shapes.AssessmentSerializer, "case.assessments_read")

    @extend_schema(responses={200: shapes.NoteSerializer(many=True)})
    def notes(self, request: Request, number: str) -> Response:
        """The investigation's notes."""
        rows = self.case().deviation.notes.select_related("by")
        return self.rows(rows, shapes.NoteSerializer, "case.notes_read")

    @extend_schema(
        request=shapes.NoteSerializer, responses={201: shapes.NoteSerializer, **REFUSALS}
    )
    def add_note(self, request: Request, number: str) -> Response:
        """Write down a fact or a judgement."""
        return self._added(investigation.note, shapes.NoteSerializer)

    @extend_schema(responses={200: shapes.TimelineSerializer(many=True)})
    def timeline(self, request: Request, number: str) -> Response:
        """The course of events."""
        rows = self.case().deviation.timeline.all()
        return self.rows(rows, shapes.TimelineSerializer, "case.timeline_read")

    @extend_schema(
        request=shapes.TimelineSerializer, responses={201: shapes.TimelineSerializer, **REFUSALS}
    )
    def add_to_timeline(self, request: Request, number: str) -> Response:
        """Add a moment."""
        return self._added(investigation.add_to_timeline, shapes.TimelineSerializer)

    @extend_schema(responses={200: shapes.CauseSerializer(many=True)})
    def causes(self, request: Request, number: str) -> Response:
        """The causes found."""
        rows = self.case().deviation.causes.select_related("area")
        return self.rows(rows, shapes.CauseSerializer, "case.causes_read")

    @extend_schema(
        request=shapes.CauseSerializer, responses={201: shapes.CauseSerializer, **REFUSALS}
    )
    def add_cause(self, request: Request, number: str) -> Response:
        """Add a cause with its evidence."""
        return self._added(investigation.add_cause, shapes.CauseSerializer)

    @extend_schema(responses={200: spine.MeasureSerializer(many=True)})
    def measures(self, request: Request, number: str) -> Response:
        """The measures that serve it."""
        rows = self.case().measures.select_related("owner", "unit").order_by("due_on", "pk")
        return self.rows(rows, spine.MeasureSerializer, "case.measures_read")

    @extend_schema(
        request=spine.DecideMeasure, responses={201: spine.MeasureSerializer, **REFUSALS}
    )
    def add_measure(self, request: Request, number: str) -> Response:
        """Decide a measure."""
        case = self.case()
        made = measures.decide(case, by=actor(request), **self.given(spine.DecideMeasure))
        return Response(spine.MeasureSerializer(made).data, status=201)

    @extend_schema(responses={200: spine.CommentSerializer(many=True)})
    def comments(self, request: Request, number: str) -> Response:
        """What has been said, to whom."""
        rows = self.case().comments.select_related("by")
        return self.rows(rows, spine.CommentSerializer, "case.comments_read")

    @extend_schema(
        request=spine.CommentSerializer, responses={201: spine.CommentSerializer, **REFUSALS}
    )
    def add_comment(self, request: Request, number: str) -> Response:
        """Say something to an audience."""
        return self._added(comments.say, spine.CommentSerializer)

    @extend_schema(responses={200: spine.LinkSerializer(many=True)})
    def links(self, request: Request, number: str) -> Response:
        """Cases it hangs together with, of those one may see."""
        visible = Case.objects.visible_to(request.user)
        rows = self.case().links.filter(other__in=visible).select_related("other")
        return self.rows(rows, spine.LinkSerializer, "case.links_read")

    @extend_schema(request=spine.LinkSerializer, responses={201: spine.LinkSerializer, **REFUSALS})
    def add_link(self, request: Request, number: str) -> Response:
        """Tie it to another case."""
        case, given = self.case(), self.given(spine.LinkSerializer)
        other = get_object_or_404(
            Case.objects.visible_to(request.user), number=given.pop("other")["number"]
        )
        made = links.link(case, other, by=actor(request), **given)
        return Response(spine.LinkSerializer(made).data, status=201)

    @extend_schema(responses={200: spine.TicketSerializer(many=True)})
    def tickets(self, request: Request, number: str) -> Response:
        """Tickets in other systems."""
        return self.rows(self.case().tickets.all(), spine.TicketSerializer, "case.tickets_read")

    @extend_schema(
        request=spine.TicketSerializer, responses={201: spine.TicketSerializer, **REFUSALS}
    )
    def add_ticket(self, request: Request, number: str) -> Response:
        """Tie it to a ticket in another system."""
        return self._added(links.add_ticket, spine.TicketSerializer)

    @extend_schema(responses={200: spine.AttachmentSerializer(many=True)})
    def attachments(self, request: Request, number: str) -> Response:
        """The files in it."""
        return self.rows(
            self.case().attachments.all(), spine.AttachmentSerializer, "case.attachments_read"
        )

    @extend_schema(
        request={"multipart/form-data": spine.NewAttachment},
        responses={201: spine.AttachmentSerializer, **REFUSALS},
    )
    def add_attachment(self, request: Request, number: str) -> Response:
        """Add a file; it can be fetched when it has been found clean."""
        case, given = self.case(), self.given(spine.NewAttachment)
        made = attachments.attach(
            case,
            files.receive(given["file"]),
            by=actor(request),
            audience=given["audience"],
        )
        return Response(spine.AttachmentSerializer(made).data, status=201)

    def _added(self, do: Callable[..., Any], shape: Shape) -> Response:
        case = self.case()
        made = do(case, by=actor(self.request), **self.given(shape))
        return Response(shape(made).data, status=201)
