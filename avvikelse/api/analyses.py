"""The event analysis of a deviation in the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from avvikelse import analysis_report, deidentified
from avvikelse.actions import event_analysis, proposals
from avvikelse.api import analysis_shapes as shapes
from avvikelse.api.numbered import Numbered
from avvikelse.api.serializers import CauseSerializer, WithReason
from avvikelse.models import EventAnalysis
from patientsakerhet.cases.api.numbered import Shape
from patientsakerhet.cases.api.serializers import MeasureSerializer
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged

GONE = {204: None, **REFUSALS}
WHOLE = {200: shapes.AnalysisSerializer, **REFUSALS}


class AnalysisViewSet(Numbered):
    """One event analysis: ordered, written, reported, decided on."""

    @extend_schema(responses={200: shapes.AnalysisSerializer})
    def analysis(self, request: Request, number: str) -> Response:
        """The analysis; 404 before it is ordered."""
        self.read(self.case(), "case.analysis_read")
        return self._whole()

    @extend_schema(
        request=shapes.Commission, responses={201: shapes.AnalysisSerializer, **REFUSALS}
    )
    def commission(self, request: Request, number: str) -> Response:
        """Order the analysis."""
        case, version = self.case(), expected(request)
        event_analysis.commission(
            case, by=actor(request), version=version, **self.given(shapes.Commission)
        )
        return self._whole(status=201)

    @extend_schema(request=shapes.ChangeAnalysis, responses=WHOLE)
    def change(self, request: Request, number: str) -> Response:
        """Change the order, or what the report says."""
        given, version = self.given(shapes.ChangeAnalysis), expected(request)
        event_analysis.change(self._found(), by=actor(request), version=version, **given)
        return self._whole()

    @extend_schema(request=None, responses=WHOLE)
    def hand_in(self, request: Request, number: str) -> Response:
        """Hand the report in."""
        event_analysis.hand_in(self._found(), by=actor(request), version=expected(request))
        return self._whole()

    @extend_schema(request=WithReason, responses=WHOLE)
    def take_back(self, request: Request, number: str) -> Response:
        """Work on the report again."""
        event_analysis.take_back(self._found(), by=actor(request), **self.given(WithReason))
        return self._whole()

    @extend_schema(responses={200: shapes.ReportText})
    def deidentified(self, request: Request, number: str) -> Response:
        """The report with nobody in it, to be read before it is cleared."""
        self.read(self.case(), "case.analysis_read")
        return Response(shapes.ReportText(deidentified.of(self._found())).data)

    @extend_schema(request=shapes.ClearText, responses=WHOLE)
    def clear(self, request: Request, number: str) -> Response:
        """The de-identified text has been read, and nobody can be told."""
        found = self._found()
        event_analysis.clear(
            found,
            by=actor(request),
            now_hash=deidentified.of(found).hash,
            **self.given(shapes.ClearText),
        )
        return self._whole()

    @extend_schema(
        request=shapes.MemberSerializer, responses={201: shapes.MemberSerializer, **REFUSALS}
    )
    def add_member(self, request: Request, number: str) -> Response:
        """Somebody takes part."""
        return self._added(event_analysis.add_member, shapes.MemberSerializer)

    @extend_schema(responses=GONE)
    def remove_member(self, request: Request, number: str, pk: int) -> Response:
        """Somebody no longer takes part."""
        return self._gone(self._found().members, event_analysis.remove_member)

    @extend_schema(
        request=shapes.BarrierSerializer, responses={201: shapes.BarrierSerializer, **REFUSALS}
    )
    def add_barrier(self, request: Request, number: str) -> Response:
        """Judge a barrier."""
        found, given = self._found(), self.given(shapes.BarrierSerializer)
        moment = self._of(found.deviation.timeline, given.pop("moment_id"))
        made = event_analysis.add_barrier(found, by=actor(request), moment=moment, **given)
        return Response(shapes.BarrierSerializer(made).data, status=201)

    @extend_schema(responses=GONE)
    def remove_barrier(self, request: Request, number: str, pk: int) -> Response:
        """The barrier is no longer judged."""
        return self._gone(self._found().barriers, event_analysis.remove_barrier)

    @extend_schema(request=shapes.PlaceCause, responses={200: CauseSerializer, **REFUSALS})
    def place_cause(self, request: Request, number: str, pk: int) -> Response:
        """Put a cause before a departure, behind another cause, or nowhere."""
        found, given = self._found(), self.given(shapes.PlaceCause)
        causes = found.deviation.causes.select_related("area")
        made = event_analysis.place_cause(
            get_object_or_404(causes, pk=pk),
            by=actor(request),
            departure=self._of(found.deviation.timeline, given["departure"]),
            explains=self._of(causes, given["explains"]),
        )
        return Response(CauseSerializer(made).data)

    @extend_schema(request=shapes.Propose, responses={201: shapes.ProposalSerializer, **REFUSALS})
    def propose(self, request: Request, number: str) -> Response:
        """Propose a measure."""
        found, given = self._found(), self.given(shapes.Propose)
        cause = self._of(found.deviation.causes, given.pop("cause"))
        made = proposals.propose(found, by=actor(request), cause=cause, **given)
        return Response(shapes.ProposalSerializer(made).data, status=201)

    @extend_schema(responses=GONE)
    def withdraw_proposal(self, request: Request, number: str, pk: int) -> Response:
        """Withdraw a proposal."""
        return self._gone(self._found().proposals, proposals.withdraw)

    @extend_schema(request=None, responses={200: MeasureSerializer, **REFUSALS})
    def accept(self, request: Request, number: str, pk: int) -> Response:
        """The proposed measure is to be done; takes the measure's version."""
        row = get_object_or_404(self._found().proposals, pk=pk)
        made = proposals.accept(row, by=actor(request), version=expected(request))
        return tagged(Response(MeasureSerializer(made).data), made.version)

    @extend_schema(request=WithReason, responses={200: MeasureSerializer, **REFUSALS})
    def reject(self, request: Request, number: str, pk: int) -> Response:
        """The proposed measure is not to be done; takes the measure's version."""
        row = get_object_or_404(self._found().proposals, pk=pk)
        made = proposals.reject(
            row, by=actor(request), version=expected(request), **self.given(WithReason)
        )
        return tagged(Response(MeasureSerializer(made).data), made.version)

    def _found(self) -> EventAnalysis:
        try:
            return analysis_report.for_report(self.case().deviation)
        except EventAnalysis.DoesNotExist:
            raise Http404 from None

    def _whole(self, *, status: int = 200) -> Response:
        found = self._found()
        answer = Response(shapes.AnalysisSerializer(found).data, status=status)
        return tagged(answer, found.version)

    def _added(self, do: Callable[..., Any], shape: Shape) -> Response:
        made = do(self._found(), by=actor(self.request), **self.given(shape))
        return Response(shape(made).data, status=201)

    def _gone(self, rows: Any, do: Callable[..., Any]) -> Response:
        do(get_object_or_404(rows, pk=self.kwargs["pk"]), by=actor(self.request))
        return Response(status=204)

    def _of(self, rows: Any, key: int | None) -> Any:
        """The row of this case with the key; 404 for another's, None for none."""
        return None if key is None else get_object_or_404(rows, pk=key)
