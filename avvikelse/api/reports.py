"""Filing through the API, and following one's own reports."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from avvikelse.actions import closing, coordination
from avvikelse.actions.report import file_deviation
from avvikelse.api import reporting as shapes
from avvikelse.api.serializers import WithText
from patientsakerhet.access.models import ApiToken, Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases import receipt_codes, throttle
from patientsakerhet.cases.api.serializers import CommentSerializer
from patientsakerhet.cases.models import Case, Comment
from patientsakerhet.lib.refusal import NotAllowed
from patientsakerhet.rest.idempotency import HEADER, OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import Reasons

NAMESPACE = uuid.UUID("6f3f2f0e-6a5c-4b58-9a1c-2b1f5f7f7a10")
"""Makes submission ids of idempotency keys, so that the key alone gives one case for ever."""


class ReportViewSet(ListModelMixin, OncePerKey, GenericViewSet[Case]):
    """File a report, and follow those one has filed. A key with `reports:write` alone reads nothing."""

    scopes: ClassVar = {
        "read": Scope.REPORTS_READ,
        "write": Scope.REPORTS_WRITE,
        "follow": Scope.REPORTS_READ,
        "follow_answer": Scope.REPORTS_READ,
        "follow_verdict": Scope.REPORTS_READ,
    }
    queryset = Case.objects.none()
    serializer_class = shapes.OwnReport
    pagination_class = ByKeyset
    lookup_field = "number"
    lookup_value_regex = r"[A-Z]{2}-\d{4}-\d{5,}"

    def get_queryset(self) -> QuerySet[Case]:
        return Case.objects.filed_by(self.request.user).select_related("filing_unit").latest_first()

    @extend_schema(request=shapes.ReportSerializer, responses={201: shapes.OwnReport, 409: Reasons})
    def create(self, request: Request) -> Response:
        """The report is filed; sent again with the same key it gives the same case."""
        person = actor(request)
        check_anywhere(person, Can.FILE)
        taken = shapes.ReportSerializer(data=request.data)
        taken.is_valid(raise_exception=True)
        unit = taken.validated_data["unit"]
        if isinstance(request.auth, ApiToken) and not request.auth.may_file_from(unit):
            raise NotAllowed(f"Nyckeln får bara lämna anmälningar från {request.auth.unit}.")
        key = f"{person.pk}:{request.headers[HEADER].strip()}"
        case = file_deviation(
            taken.report(person),
            unit=unit,
            submission=uuid.uuid5(NAMESPACE, key),
        )
        return Response(shapes.OwnReport(case).data, status=status.HTTP_201_CREATED)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        shown = [row["number"] for row in response.data["results"]]
        trail.read("reports.listed", by=actor(request), via="api", body={"cases": shown})
        return response

    @extend_schema(responses={200: shapes.OwnReport})
    def retrieve(self, request: Request, number: str) -> Response:
        """One's own report: how far it has come."""
        case = self.get_object()
        self._read(case)
        return Response(shapes.OwnReport(case).data)

    @extend_schema(responses={200: CommentSerializer(many=True)})
    @action(detail=True)
    def messages(self, request: Request, number: str) -> Response:
        """What has been said to and by the reporter."""
        case = self.get_object()
        self._read(case)
        said = case.comments.filter(audience=Comment.Audience.REPORTER).select_related("by")
        return Response(CommentSerializer(said, many=True).data)

    @extend_schema(request=WithText, responses={200: shapes.OwnReport, 409: Reasons})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, number: str) -> Response:
        """The reporter answers a question, or adds something."""
        case = self.get_object()
        taken = WithText(data=request.data)
        taken.is_valid(raise_exception=True)
        case = coordination.answered_by_reporter(
            case, taken.validated_data["text"], by=actor(request)
        )
        return Response(shapes.OwnReport(case).data)

    @extend_schema(request=shapes.JudgeAnswer, responses={200: shapes.OwnReport, 409: Reasons})
    @action(detail=True, methods=["post"])
    def verdict(self, request: Request, number: str) -> Response:
        """Did you get an answer to what you wrote?"""
        case = self.get_object()
        taken = shapes.JudgeAnswer(data=request.data)
        taken.is_valid(raise_exception=True)
        closing.judge_answer(case, by=actor(request), **taken.validated_data)
        return Response(shapes.OwnReport(case).data)

    @extend_schema(
        request=shapes.ByCode, responses={200: shapes.FollowedReport, 404: Reasons, 429: Reasons}
    )
    @action(detail=False, methods=["post"])
    def follow(self, request: Request) -> Response:
        """The report that a receipt code opens; every wrong code gets one answer."""
        case, _ = self._opened(shapes.ByCode)
        return Response(shapes.FollowedReport(case).data)

    @extend_schema(
        request=shapes.AnswerByCode, responses={200: shapes.FollowedReport, 409: Reasons}
    )
    @action(detail=False, methods=["post"], url_path="follow/answer")
    def follow_answer(self, request: Request) -> Response:
        """Whoever holds the code answers a question, or adds something."""
        case, told = self._opened(shapes.AnswerByCode)
        case = coordination.answered_by_reporter(case, told["text"], by=None)
        return Response(shapes.FollowedReport(case).data)

    @extend_schema(request=shapes.JudgeByCode, responses={200: shapes.FollowedReport, 409: Reasons})
    @action(detail=False, methods=["post"], url_path="follow/verdict")
    def follow_verdict(self, request: Request) -> Response:
        """Did the holder of the code get an answer to what was written?"""
        case, told = self._opened(shapes.JudgeByCode)
        closing.judge_answer(case, by=None, answered=told["answered"], note=told["note"])
        return Response(shapes.FollowedReport(case).data)

    def _opened(self, shape: type[shapes.ByCode]) -> tuple[Case, dict[str, Any]]:
        """The report of the code that was sent, and what was sent with it; counted as on the page."""
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        asked = self.request._request
        try:
            throttle.take("code", asked)
        except throttle.TooMany as refused:
            raise Throttled(detail=refused.reasons[0]) from refused
        case = receipt_codes.case_with(taken.validated_data["code"])
        if case is None:
            trail.denied("receipt.opened", by=actor(self.request), reason="wrong_code")
            raise NotFound("Koden stämmer inte. Kontrollera siffrorna på kvittot.")
        throttle.give_back("code", asked)
        trail.read(
            "case.read",
            by=actor(self.request),
            case_id=case.pk,
            number=case.number,
            right="receipt_code",
            via="api",
        )
        return case, dict(taken.validated_data)

    def _read(self, case: Case) -> None:
        trail.read(
            "case.read",
            by=actor(self.request),
            case_id=case.pk,
            number=case.number,
            right="reporter",
            via="api",
        )
