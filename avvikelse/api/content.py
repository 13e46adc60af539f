"""What belongs to a deviation in the API: read it, and add to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from avvikelse.actions import investigation
from avvikelse.api import serializers as shapes
from avvikelse.api.numbered import Numbered
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import attachments, comments, links, measures
from patientsakerhet.cases.api import serializers as spine
from patientsakerhet.cases.api.numbered import Shape
from patientsakerhet.cases.api.uploaded import check_sizes
from patientsakerhet.cases.models import Case
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS


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
        case = self.case()
        check_sizes(request)
        given = self.given(spine.NewAttachment)
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
