"""Notices in the API: to find, to read, to send in, and every act of the coordinators'."""

from __future__ import annotations

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.audit import trail
from patientsakerhet.cases.api.serializers import CaseRow, TransitionSerializer
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.rest.idempotency import HEADER
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS, Reasons
from patientsakerhet.rest.versions import expected
from sakerhetsmeddelanden.actions import (
    distribution,
    handling,
    notices,
    products,
    target,
    versions,
)
from sakerhetsmeddelanden.actions.notices import NewNotice, Read
from sakerhetsmeddelanden.actions.products import Product
from sakerhetsmeddelanden.api import given, shapes
from sakerhetsmeddelanden.api.numbered import OfNotice, takes
from sakerhetsmeddelanden.filters import NoticeFilter
from sakerhetsmeddelanden.models import SafetyNotice

NAMESPACE = uuid.UUID("2f1c4a43-5a7e-4b43-9f0e-0c5b7f6a91d2")
"""Makes submission ids of idempotency keys, so that the key alone gives one notice for ever."""


class NoticeViewSet(OfNotice):
    """Find, read, send in, judge, target and send out safety notices."""

    filter_backends = (DjangoFilterBackend,)
    filterset_class = NoticeFilter

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
        case = self.case()
        self.read(case, "case.read")
        return self.whole(case)

    @extend_schema(
        request=given.NewNoticeSerializer,
        responses={201: shapes.NoticeSerializer, 409: Reasons},
    )
    def create(self, request: Request) -> Response:
        """The notice is in the inbox, or registered; sent again with the same key it is the same."""
        person = actor(request)
        check_anywhere(person, Can.MANAGE_NOTICES)
        told = self.given(given.NewNoticeSerializer)
        key = f"{person.pk}:{request.headers[HEADER].strip()}"
        send_in = notices.enter if told["confirmed"] else notices.promote
        case = send_in(_new(told), by=person, submission=uuid.uuid5(NAMESPACE, key))
        answer = self.whole(case)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @takes(given.ConfirmFields)
    @action(detail=True, methods=["post"], url_path="confirm")
    def confirm(self, request: Request, number: str) -> Response:
        """Confirm fields of the template."""
        return self.act(handling.confirm_fields, given.ConfirmFields)

    @takes(given.Judge)
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, number: str) -> Response:
        """Set the risk class, and with it by when the units answer."""
        return self.act(handling.judge, given.Judge)

    @takes(given.TakeStep)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, number: str) -> Response:
        """Move it on; refuses with everything that stands in the way."""
        case = self.case()
        told = self.given(given.TakeStep)
        handling.take_step(
            case,
            told["step"],
            by=actor(request),
            reason=told["reason"],
            version=expected(request),
        )
        return self.whole(case)

    @takes(given.Supersede)
    @action(detail=True, methods=["post"])
    def supersede(self, request: Request, number: str) -> Response:
        """Let it stand in the place of an older one."""
        case, version = self.case(), expected(request)
        named = self.given(given.Supersede)["number"].upper()
        old = self.get_queryset().filter(number=named).first()
        if old is None:
            raise NotReady("Det meddelandet finns inte.")
        versions.supersede(old, case, by=actor(request), version=version)
        return self.whole(case)

    @takes(None)
    @action(detail=True, methods=["post"])
    def target(self, request: Request, number: str) -> Response:
        """Find out in the register whom it concerns."""
        return self.act(target.target)

    @takes(given.AddUnit)
    @action(detail=True, methods=["post"], url_path="add-unit")
    def add_unit(self, request: Request, number: str) -> Response:
        """Choose a unit by hand."""
        return self.act(target.add_unit, given.AddUnit)

    @takes(given.TakeOut)
    @action(detail=True, methods=["post"], url_path="take-out")
    def take_out(self, request: Request, number: str) -> Response:
        """Take a unit out by hand."""
        case, told = self.case(), self.given(given.TakeOut)
        recipient = get_object_or_404(case.safety_notice.recipients, pk=told["recipient"])
        target.take_out_unit(
            recipient, by=actor(request), reason=told["reason"], version=expected(request)
        )
        return self.whole(case)

    @takes(given.Decide)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, number: str) -> Response:
        """Decide about devices whose data do not."""
        case, told = self.case(), self.given(given.Decide)
        target.decide_devices(
            case,
            case.safety_notice.undecided.filter(pk__in=told["devices"]),
            decision=told["decision"],
            by=actor(request),
            reason=told["reason"],
            version=expected(request),
        )
        return self.whole(case)

    @takes(given.Parties)
    @action(detail=True, methods=["post"])
    def parties(self, request: Request, number: str) -> Response:
        """Say who is behind it."""
        return self.act(handling.name_parties, given.Parties)

    @takes(given.Systems)
    @action(detail=True, methods=["post"])
    def systems(self, request: Request, number: str) -> Response:
        """Say which IT systems it is about; those left out it is not about."""
        return self.act(products.choose_systems, given.Systems)

    @extend_schema(request=None, responses={200: shapes.DistributionSerializer, **REFUSALS})
    @action(detail=True, methods=["post"])
    def distribute(self, request: Request, number: str) -> Response:
        """Send it out to every unit that is chosen; the mails follow, see `distributions`."""
        sending = distribution.distribute(self.case(), by=actor(request), version=expected(request))
        return self.seen(Response(shapes.DistributionSerializer(sending).data))

    @extend_schema(request=None, responses={200: shapes.DistributionSerializer, **REFUSALS})
    @action(detail=True, methods=["post"], url_path="remind-all")
    def remind_all(self, request: Request, number: str) -> Response:
        """Remind every unit that has not answered; the mails follow, see `distributions`."""
        sending = distribution.remind_all(self.case(), by=actor(request))
        return self.seen(Response(shapes.DistributionSerializer(sending).data))

    @extend_schema(filters=False, responses={200: shapes.DistributionSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def distributions(self, request: Request, number: str) -> Response:
        """The waves of mails, each with how far it has come."""
        rows = self.case().safety_notice.distributions.order_by("begun_at", "pk")
        return self.paged(rows, shapes.DistributionSerializer, "notice.distributions_read")

    @extend_schema(filters=False, responses={200: TransitionSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def transitions(self, request: Request, number: str) -> Response:
        """The steps it has taken."""
        rows = self.case().transitions.select_related("from_unit", "to_unit", "by")
        ordered = rows.order_by("occurred_at", "pk")
        return self.paged(ordered, TransitionSerializer, "case.history_read")

    @extend_schema(filters=False, responses={200: shapes.ConsideredSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def considered(self, request: Request, number: str) -> Response:
        """The units that were near and not chosen."""
        rows = (
            self.case().safety_notice.considered.select_related("unit").order_by("unit__path", "pk")
        )
        return self.paged(rows, shapes.ConsideredSerializer, "notice.considered_read")

    @extend_schema(filters=False, responses={200: shapes.UndecidedSerializer(many=True)})
    @action(detail=True, methods=["get"])
    def undecided(self, request: Request, number: str) -> Response:
        """The devices whose data do not allow a decision."""
        undecided = self.case().safety_notice.undecided
        rows = undecided.select_related("device__model", "unit").order_by("pk")
        return self.paged(rows, shapes.UndecidedSerializer, "notice.undecided_read")


def _new(told: dict[str, Any]) -> NewNotice:
    manufacturer = given.party_called(told["manufacturer"])
    supplier = given.party_called(told["supplier"])
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
