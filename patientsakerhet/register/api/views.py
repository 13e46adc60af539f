"""The register's rows found, read, kept and made one, by the same acts as on its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access import policy
from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can
from patientsakerhet.audit import trail
from patientsakerhet.organisation.models import Person, Unit
from patientsakerhet.register import filters, history
from patientsakerhet.register.actions import core, devices, intake, parties, systems
from patientsakerhet.register.actions.intake import Came, Given, Intake
from patientsakerhet.register.api import given, shapes
from patientsakerhet.register.models import (
    Device,
    DeviceModel,
    ITSystem,
    Party,
    SystemDependency,
)
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged


def _described(shape: Any, takes: Any) -> Any:
    """What each method takes and answers."""
    whole = {200: shape, **REFUSALS}
    return extend_schema_view(
        list=extend_schema(responses={200: shape(many=True)}),
        retrieve=extend_schema(responses={200: shape}),
        create=extend_schema(request=takes, responses={**REFUSALS, 201: shape}),
        partial_update=extend_schema(request=takes, responses=whole),
    )


class OfRegister(OncePerKey, GenericViewSet[Any]):
    """What is alike for every sort of row."""

    scopes: ClassVar = {"read": Scope.REFERENCE_READ, "write": Scope.REGISTER_WRITE}
    pagination_class = ByKeyset
    filter_backends = (DjangoFilterBackend,)
    lookup_value_regex = r"\d{1,18}"
    http_method_names = ["get", "post", "patch", "head", "options"]
    shelf: str
    """The list's name, as its page says it in the trail."""
    takes: Any
    needs = Can.KEEP_REGISTER
    add: Callable[..., Any]
    change: Callable[..., Any]

    def list(self, request: Request) -> Response:
        """Those there are, narrowed by the same filters as the page's."""
        person = self._reader()
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        trail.read(
            "list.read",
            by=person,
            via="api",
            right=Can.READ_REGISTER,
            body={"list": f"register_{self.shelf}"},
        )
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One of them, whole."""
        self._reader()
        one = self._one(pk)
        self._read(one)
        return self._whole(one.pk)

    def create(self, request: Request) -> Response:
        """A new one."""
        person = self._reader()
        policy.check_anywhere(person, self.needs)
        made = self.add(self._given(self.takes), by=person)
        return self._whole(made.pk, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """What is given is changed, the rest stays."""
        person, one = self._keeper(pk)
        kept = self.change(
            one, self._given(self.takes, partial=True), by=person, version=expected(request)
        )
        return self._whole(kept.pk)

    def _reader(self) -> Person:
        person = actor(self.request)
        policy.check_anywhere(person, Can.READ_REGISTER)
        return person

    def _keeper(self, pk: str) -> tuple[Person, Any]:
        """Whoever asks and the row, when she may change it."""
        person, one = self._reader(), self._one(pk)
        if isinstance(one, Party):
            policy.check_anywhere(person, self.needs)
        else:
            core.allow(one, by=person)
        return person, one

    def _read(self, one: Any, part: str = "") -> None:
        """The reading, in the trail."""
        trail.read(
            "register.read",
            by=actor(self.request),
            via="api",
            right=Can.READ_REGISTER,
            object_type=one._meta.model_name,
            object_id=one.pk,
            body={"part": part} if part else None,
        )

    def _one(self, pk: Any) -> Any:
        return get_object_or_404(self.get_queryset(), pk=pk)

    def _given(self, shape: Any, *, partial: bool = False) -> dict[str, Any]:
        taken = shape(data=self.request.data, partial=partial)
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def _whole(self, pk: int, *, status: int = 200) -> Response:
        one = self._one(pk)
        return tagged(Response(self.get_serializer(one).data, status=status), one.version)


class WithHistory(OfRegister):
    """What things have happened around."""

    about: Callable[[Any], history.About]

    @extend_schema(filters=False, responses={200: shapes.HappeningsShape(many=True)})
    @action(detail=True, methods=["get"], pagination_class=None)
    def history(self, request: Request, pk: str) -> Response:
        """What has happened around it, as far as one may know: the latest of each sort."""
        person, one = self._reader(), self._one(pk)
        self._read(one, "history")
        about = self.about(one)
        told = [
            {"key": sort.key, "title": sort.title, "entries": sort.entries(person, about)}
            for sort in history.every()
        ]
        return Response(shapes.HappeningsShape(told, many=True).data)


@_described(shapes.DeviceShape, given.DeviceGiven)
class DevicesViewSet(WithHistory):
    """Individual devices."""

    queryset = Device.objects.none()
    serializer_class = shapes.DeviceShape
    filterset_class = filters.DeviceFilter
    shelf = "utrustning"
    takes = given.DeviceGiven
    add, change = staticmethod(devices.add_device), staticmethod(devices.change_device)
    about = staticmethod(history.of_device)

    def get_queryset(self) -> QuerySet[Device]:
        return Device.objects.select_related(
            "model__manufacturer", "model__managing_unit", "holding_unit"
        ).order_by("inventory_number", "pk")

    @extend_schema(filters=False, responses={200: shapes.HoldingShape(many=True)})
    @action(detail=True, methods=["get"])
    def holdings(self, request: Request, pk: str) -> Response:
        """Where it has been, latest first."""
        self._reader()
        one = self._one(pk)
        self._read(one, "holdings")
        rows = one.holdings.select_related("unit").order_by("-since", "-pk")
        shown = shapes.HoldingShape(self.paginate_queryset(rows), many=True)
        return self.get_paginated_response(shown.data)

    @extend_schema(request=given.RowsGiven, responses={200: given.RowsTaken, **REFUSALS})
    @action(detail=False, methods=["post"], url_path="take-in")
    def take_in(self, request: Request) -> Response:
        """At most a thousand devices from one source: each added, changed, unchanged or refused."""
        person = self._reader()
        policy.check_anywhere(person, Can.IMPORT_REGISTER)
        told = self._given(given.RowsGiven)
        at = timezone.now()
        taker = Intake(told["source"], told["managing_unit"], by=person, at=at)
        rows, wrong, came = _rows(told["devices"])
        taker.saw(wrong)
        came = sorted([*came, *taker.take(rows)], key=lambda one: one.number)
        return Response(
            {
                "at": at.isoformat(),
                "counts": dict(Counter(one.outcome for one in came)),
                "rows": [
                    {
                        "number": one.number,
                        "outcome": one.outcome,
                        "label": one.label,
                        "text": one.text,
                        "device": one.device.pk if one.device else None,
                    }
                    for one in came
                ],
            }
        )

    @extend_schema(request=given.SourceGiven, responses={200: given.GoneTold, **REFUSALS})
    @action(detail=False, methods=["post"], url_path="mark-gone")
    def mark_gone(self, request: Request) -> Response:
        """When all of a source has been sent: what it has no longer is marked, nothing is deleted."""
        person = self._reader()
        policy.check_anywhere(person, Can.IMPORT_REGISTER)
        told = self._given(given.SourceGiven)
        keys = intake.mark_gone_since(
            told["source"], told["since"], by=person, is_trial=told["is_trial"]
        )
        return Response({"gone": len(keys), "devices": keys[: given.MOST_ROWS]})


@_described(shapes.ModelShape, given.ModelGiven)
class ModelsViewSet(WithHistory):
    """Makes and models; one that was merged is found by its key alone, and says into which."""

    queryset = DeviceModel.objects.none()
    serializer_class = shapes.ModelShape
    filterset_class = filters.ModelFilter
    shelf = "produkter"
    takes = given.ModelGiven
    add, change = staticmethod(devices.add_model), staticmethod(devices.change_model)
    about = staticmethod(history.of_model)

    def get_queryset(self) -> QuerySet[DeviceModel]:
        rows = DeviceModel.objects.current() if self.action == "list" else DeviceModel.objects
        return (
            rows.select_related("manufacturer", "managing_unit", "emdn")
            .prefetch_related("identifiers")
            .order_by("name", "pk")
        )

    @extend_schema(request=given.IntoModel, responses={200: shapes.ModelShape, **REFUSALS})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """It is the same as another, which is answered."""
        person, one = self._keeper(pk)
        into = self._given(given.IntoModel)["into"]
        kept = devices.merge_models(one, into=into, by=person, version=expected(request))
        return self._whole(kept.pk)


@_described(shapes.SystemShape, given.SystemGiven)
class SystemsViewSet(WithHistory):
    """IT systems; without `out_of_use`, those in use."""

    queryset = ITSystem.objects.none()
    serializer_class = shapes.SystemShape
    filterset_class = filters.SystemFilter
    shelf = "system"
    takes = given.SystemGiven
    add, change = staticmethod(systems.add), staticmethod(systems.change)
    about = staticmethod(history.of_system)

    def get_queryset(self) -> QuerySet[ITSystem]:
        needs = SystemDependency.objects.filter(valid_to=None).select_related("unit")
        return (
            ITSystem.objects.select_related(
                "supplier",
                "managing_unit",
                "owner_unit",
                "owner",
                "system_manager",
                "information_owner",
                "maintenance_group",
            )
            .prefetch_related(Prefetch("dependencies", needs))
            .order_by("name", "pk")
        )


@_described(shapes.PartyShape, given.PartyGiven)
class PartiesViewSet(OfRegister):
    """Parties; one that was merged is found by its key alone, and says into which."""

    queryset = Party.objects.none()
    serializer_class = shapes.PartyShape
    filterset_class = filters.PartyFilter
    shelf = "aktorer"
    takes = given.PartyGiven
    needs = Can.KEEP_PARTIES
    add, change = staticmethod(parties.add), staticmethod(parties.change)

    def get_queryset(self) -> QuerySet[Party]:
        rows = Party.objects.current() if self.action == "list" else Party.objects
        return rows.prefetch_related("aliases").order_by("name", "pk")

    @extend_schema(request=given.IntoParty, responses={200: shapes.PartyShape, **REFUSALS})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """It is the same as another, which is answered."""
        person, one = self._keeper(pk)
        into = self._given(given.IntoParty)["into"]
        kept = parties.merge(one, into=into, by=person, version=expected(request))
        return self._whole(kept.pk)


def _rows(told: list[Mapping[str, Any]]) -> tuple[list[Given], list[Given], list[Came]]:
    """The rows as the intake takes them, numbered from one; those at no unit there is, and why not."""
    codes = {one["holding_unit"] for one in told if "holding_unit" in one}
    units = {unit.code: unit for unit in Unit.objects.current().filter(code__in=codes)}
    rows: list[Given] = []
    wrong: list[Given] = []
    refused: list[Came] = []
    for number, one in enumerate(told, start=1):
        row = _row(number, one, units)
        if one.get("holding_unit", "") and "holding_unit" not in row.facts:
            text = f"Enheten {one['holding_unit']} finns inte."
            refused.append(Came(number, intake.ERROR, row.label, text))
            wrong.append(row)
        else:
            rows.append(row)
    return rows, wrong, refused


def _row(number: int, told: Mapping[str, Any], units: Mapping[str, Unit]) -> Given:
    code = told.get("udi")
    facts = {name: told[name] for name in intake.FACTS if told.get(name)}
    if "inventory_number" in facts:
        facts["inventory_number"] = "".join(facts["inventory_number"].split()).upper()
    facts.pop("holding_unit", None)
    if unit := units.get(told.get("holding_unit", "")):
        facts["holding_unit"] = unit
    if code is not None:
        read = {"udi_pi": code.pi, "serial_number": code.serial, "lot_number": code.lot}
        facts = {**{name: value for name, value in read.items() if value}, **facts}
    return Given(
        number=number,
        external_key=told.get("external_key", ""),
        maker=told.get("manufacturer", ""),
        name=told.get("name", ""),
        model_number=told.get("model_number", ""),
        catalogue_number=told.get("catalogue_number", ""),
        udi_di=code.di if code else "",
        agency=code.agency if code else "",
        emdn=told.get("emdn", "").upper(),
        group=told.get("group", ""),
        facts=facts,
    )
