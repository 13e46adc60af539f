"""Notices in the API: to find, to read, to send in, and every act of the coordinators'."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases.api.pages import ByKeyset
from patientsakerhet.cases.api.serializers import CaseRow
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.rest.idempotency import HEADER, OncePerKey
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Reasons
from patientsakerhet.rest.versions import expected, tagged
from sakerhetsmeddelanden.actions import handling, notices, target, versions
from sakerhetsmeddelanden.actions.notices import NewNotice, Read
from sakerhetsmeddelanden.actions.products import Product
from sakerhetsmeddelanden.api import serializers as shapes
from sakerhetsmeddelanden.filters import NoticeFilter
from sakerhetsmeddelanden.models import SafetyNotice
from sakerhetsmeddelanden.workflow import KIND, REMOVED

NAMESPACE = uuid.UUID("2f1c4a43-5a7e-4b43-9f0e-0c5b7f6a91d2")
"""Makes submission ids of idempotency keys, so that the key alone gives one notice for ever."""
Shape = type[BaseSerializer[Any]]


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: shapes.NoticeSerializer, **REFUSALS})


class NoticeViewSet(OncePerKey, GenericViewSet[Case]):
    """Find, read, send in, judge and target safety notices."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    queryset = Case.objects.none()
    serializer_class = shapes.NoticeSerializer  # type: ignore[assignment]  # the case's detail
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    filterset_class = NoticeFilter
    lookup_field = "number"
    lookup_value_regex = r"[A-Z]{2}-\d{4}-\d{5,}"

    def get_queryset(self) -> QuerySet[Case]:
        return Case.objects.visible_to(self.request.user).of_kind(KIND).for_list()

    @extend_schema(responses={200: CaseRow(many=True)})
    def list(self, request: Request) -> Response:
        """The notices one may see, newest first, narrowed by the same filters as the page's."""
        rows = self.filter_queryset(self.get_queryset())
        shown = CaseRow(self.paginate_queryset(rows) or [], many=True).data
        trail.read(
            "list.read",
            by=actor(request),
            via="api",
            body={"query": request.query_params.dict(), "cases": [row["number"] for row in shown]},
        )
        return self.get_paginated_response(shown)

    @extend_schema(responses={200: shapes.NoticeSerializer})
    def retrieve(self, request: Request, number: str) -> Response:
        """The notice, whole."""
        case = self._case()
        self._read(case, "case.read")
        return self._whole(case)

    @extend_schema(
        request=shapes.NewNoticeSerializer,
        responses={201: shapes.NoticeSerializer, 409: Reasons},
    )
    def create(self, request: Request) -> Response:
        """The notice is in the inbox, or registered; sent again with the same key it is the same."""
        person = actor(request)
        check_anywhere(person, Can.MANAGE_NOTICES)
        told = self._given(shapes.NewNoticeSerializer)
        key = f"{person.pk}:{request.headers[HEADER].strip()}"
        send_in = notices.enter if told["confirmed"] else notices.promote
        case = send_in(_new(told), by=person, submission=uuid.uuid5(NAMESPACE, key))
        answer = self._whole(case)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @takes(shapes.ConfirmFields)
    @action(detail=True, methods=["post"], url_path="confirm")
    def confirm(self, request: Request, number: str) -> Response:
        """Confirm fields of the template."""
        return self._act(handling.confirm_fields, shapes.ConfirmFields)

    @takes(shapes.Judge)
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, number: str) -> Response:
        """Set the risk class, and with it by when the units answer."""
        return self._act(handling.judge, shapes.Judge)

    @takes(shapes.TakeStep)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, number: str) -> Response:
        """Move it on; refuses with everything that stands in the way."""
        case = self._case()
        told = self._given(shapes.TakeStep)
        handling.take_step(
            case,
            told["step"],
            by=actor(request),
            reason=told["reason"],
            version=expected(request),
        )
        return self._whole(case)

    @takes(shapes.Supersede)
    @action(detail=True, methods=["post"])
    def supersede(self, request: Request, number: str) -> Response:
        """Let it stand in the place of an older one."""
        case = self._case()
        old = get_object_or_404(self.get_queryset(), number=self._given(shapes.Supersede)["number"])
        versions.supersede(old, case, by=actor(request))
        return self._whole(case)

    @takes(None)
    @action(detail=True, methods=["post"])
    def target(self, request: Request, number: str) -> Response:
        """Find out in the register whom it concerns."""
        return self._act(target.target)

    @takes(shapes.AddUnit)
    @action(detail=True, methods=["post"], url_path="add-unit")
    def add_unit(self, request: Request, number: str) -> Response:
        """Choose a unit by hand."""
        return self._act(target.add_unit, shapes.AddUnit)

    @takes(shapes.TakeOut)
    @action(detail=True, methods=["post"], url_path="take-out")
    def take_out(self, request: Request, number: str) -> Response:
        """Take a unit out by hand."""
        case, told = self._case(), self._given(shapes.TakeOut)
        recipient = get_object_or_404(case.safety_notice.recipients, pk=told["recipient"])
        target.take_out_unit(
            recipient, by=actor(request), reason=told["reason"], version=expected(request)
        )
        return self._whole(case)

    @takes(shapes.Decide)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, number: str) -> Response:
        """Decide about devices whose data do not."""
        case, told = self._case(), self._given(shapes.Decide)
        target.decide_devices(
            case,
            case.safety_notice.undecided.filter(pk__in=told["devices"]),
            decision=told["decision"],
            by=actor(request),
            reason=told["reason"],
            version=expected(request),
        )
        return self._whole(case)

    @extend_schema(responses={200: shapes.RecipientSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def recipients(self, request: Request, number: str) -> Response:
        """The units chosen, each with its reason and how far it has come."""
        case = self._case()
        self._read(case, "notice.recipients_read")
        rows = (
            case.safety_notice.recipients.exclude(status=REMOVED)
            .select_related("unit")
            .annotate(devices_count=Count("devices"))
            .order_by("unit__path", "pk")
        )
        return self._paged(rows, shapes.RecipientSerializer)

    @extend_schema(responses={200: shapes.ConsideredSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def considered(self, request: Request, number: str) -> Response:
        """The units that were near and not chosen."""
        case = self._case()
        self._read(case, "notice.considered_read")
        rows = case.safety_notice.considered.select_related("unit").order_by("unit__path", "pk")
        return self._paged(rows, shapes.ConsideredSerializer)

    @extend_schema(responses={200: shapes.UndecidedSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def undecided(self, request: Request, number: str) -> Response:
        """The devices whose data do not allow a decision."""
        case = self._case()
        self._read(case, "notice.undecided_read")
        rows = case.safety_notice.undecided.select_related("device__model", "unit").order_by("pk")
        return self._paged(rows, shapes.UndecidedSerializer)

    def _case(self) -> Case:
        """The notice's case, when the asker may know of it; 404 otherwise."""
        return get_object_or_404(self.get_queryset(), number=self.kwargs["number"])

    def _given(self, shape: Shape) -> dict[str, Any]:
        taken = shape(data=self.request.data)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _act(self, do: Callable[..., Any], shape: Shape = shapes.Nothing) -> Response:
        case = self._case()
        do(case, by=actor(self.request), version=expected(self.request), **self._given(shape))
        return self._whole(case)

    def _whole(self, case: Case) -> Response:
        """The notice as it stands now, with its version."""
        rows = SafetyNotice.objects.for_page().prefetch_related(
            "fields__confirmed_by",
            "products",
            "systems",
            "recipients",
            "undecided",
            "arrivals",
            "case__measures",
        )
        notice = whole_or_404(rows, case.pk)
        return tagged(Response(shapes.NoticeSerializer(notice).data), notice.case.version)

    def _read(self, case: Case, what: str) -> None:
        trail.read(
            what,
            by=actor(self.request),
            case_id=case.pk,
            number=case.number,
            right=Can.READ,
            via="api",
        )

    def _paged(self, rows: Any, shape: Shape) -> Response:
        return self.get_paginated_response(shape(self.paginate_queryset(rows), many=True).data)


def _new(told: dict[str, Any]) -> NewNotice:
    manufacturer = shapes.party_called(told["manufacturer"])
    supplier = shapes.party_called(told["supplier"])
    return NewNotice(
        title=told["title"],
        channel=SafetyNotice.Channel.API,
        received_at=told["received_at"],
        fields={code: Read(value) for code, value in told["fields_by_code"].items() if value},
        products=[Product(**one) for one in told.get("products", ())],
        systems=told.get("systems", ()),
        sort=told["sort"],
        language=told["language"],
        supplier=supplier,
        supplier_text="" if supplier else told["supplier"],
        manufacturer=manufacturer,
        manufacturer_text="" if manufacturer else told["manufacturer"],
        reply_address=told["reply_address"],
    )
