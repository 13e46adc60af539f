"""One row of what belongs to a deviation in the API: changed, withdrawn, taken away, reviewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from avvikelse.actions import assessment, investigation
from avvikelse.api import serializers as shapes
from avvikelse.api.numbered import Numbered
from avvikelse.models import DeviceCode
from patientsakerhet.cases.actions import links, measures
from patientsakerhet.cases.api import serializers as spine
from patientsakerhet.cases.models import Measure
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected

GONE = {204: None, **REFUSALS}


class FindingViewSet(Numbered):
    """One row of a deviation's content, by its id."""

    @extend_schema(responses=GONE)
    def withdraw_note(self, request: Request, number: str, pk: int) -> Response:
        """The note no longer counts; it stays to be read."""
        return self._gone(self.case().deviation.notes, investigation.withdraw_note)

    @extend_schema(
        request=shapes.TimelineSerializer, responses={200: shapes.TimelineSerializer, **REFUSALS}
    )
    def change_moment(self, request: Request, number: str, pk: int) -> Response:
        """The moment is as given; what is left out is as in a new one."""
        row = self._row(self.case().deviation.timeline)
        given = {
            "precision": row.precision,
            "departs": row.departs,
            **self.given(shapes.TimelineSerializer),
        }
        made = investigation.change_in_timeline(
            row, by=actor(request), version=expected(request), **given
        )
        return Response(shapes.TimelineSerializer(made).data)

    @extend_schema(responses=GONE)
    def remove_moment(self, request: Request, number: str, pk: int) -> Response:
        """The moment is taken out of the course of events."""
        return self._gone(self.case().deviation.timeline, investigation.remove_from_timeline)

    @extend_schema(responses=GONE)
    def remove_cause(self, request: Request, number: str, pk: int) -> Response:
        """The cause no longer stands."""
        causes = self.case().deviation.causes.select_related("area")
        return self._gone(causes, investigation.remove_cause)

    @extend_schema(responses={200: shapes.DeviceCodeSerializer(many=True)})
    def device_codes(self, request: Request, number: str) -> Response:
        """The IMDRF terms that describe it."""
        rows = self._device_codes()
        return self.rows(rows, shapes.DeviceCodeSerializer, "case.device_codes_read")

    @extend_schema(
        request=shapes.AddDeviceCode, responses={201: shapes.DeviceCodeSerializer, **REFUSALS}
    )
    def add_device_code(self, request: Request, number: str) -> Response:
        """Describe it by an IMDRF term."""
        case, given = self.case(), self.given(shapes.AddDeviceCode)
        made = investigation.add_device_code(case, by=actor(request), code=given["code"])
        return Response(shapes.DeviceCodeSerializer(made).data, status=201)

    @extend_schema(responses=GONE)
    def remove_device_code(self, request: Request, number: str, pk: int) -> Response:
        """The term no longer describes it."""
        return self._gone(self._device_codes(), investigation.remove_device_code)

    @extend_schema(responses=GONE)
    def unlink(self, request: Request, number: str, pk: int) -> Response:
        """It no longer hangs together with the other case."""
        return self._gone(self.case().links.select_related("other", "case"), links.unlink)

    @extend_schema(responses=GONE)
    def remove_ticket(self, request: Request, number: str, pk: int) -> Response:
        """It no longer hangs together with the ticket."""
        return self._gone(self.case().tickets.select_related("case"), links.remove_ticket)

    @extend_schema(request=None, responses={200: spine.MeasureSerializer, **REFUSALS})
    def serve_also(self, request: Request, number: str, pk: int) -> Response:
        """A measure of another case serves this one too."""
        case, by = self.case(), actor(request)
        measure = get_object_or_404(Measure.objects.visible_to(by), pk=pk)
        made = measures.serve_also(measure, case, by=by)
        return Response(spine.MeasureSerializer(made).data)

    @extend_schema(request=None, responses={200: shapes.AssessmentSerializer, **REFUSALS})
    def review(self, request: Request, number: str, pk: int) -> Response:
        """The chief physician has seen that the assessment was lowered, and why."""
        row = self._row(self.case().deviation.assessments.select_related("deviation__case"))
        made = assessment.review_downgrade(row, by=actor(request))
        return Response(shapes.AssessmentSerializer(made).data)

    def _device_codes(self) -> QuerySet[DeviceCode]:
        return DeviceCode.objects.filter(deviation=self.case().pk).select_related("code__system")

    def _gone(self, rows: Any, act: Callable[..., Any]) -> Response:
        act(self._row(rows), by=actor(self.request))
        return Response(status=204)

    def _row(self, rows: Any) -> Any:
        return get_object_or_404(rows, pk=self.kwargs["pk"])
