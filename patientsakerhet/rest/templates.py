"""Templates in the API: what work can start from, found, read, added and changed by whoever leads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.rest.idempotency import OncePerKey
from patientsakerhet.rest.pages import ByKeyset
from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected, tagged


def described(shape: type[BaseSerializer[Any]]) -> Callable[[type], type]:
    """What each act takes and answers."""
    return extend_schema_view(
        list=extend_schema(responses={200: shape(many=True)}),
        retrieve=extend_schema(responses={200: shape}),
        create=extend_schema(request=shape, responses={201: shape, **REFUSALS}),
        update=extend_schema(request=shape, responses={200: shape, **REFUSALS}),
    )


class TemplateRows(OncePerKey, GenericViewSet[Any]):
    """What the templates of every sort of work have in common."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.CASES_WRITE}
    pagination_class = ByKeyset
    lookup_value_regex = r"\d{1,12}"
    keeps: ClassVar[Can]
    write: ClassVar[Callable[..., Any]]
    """The act: (row or None, by=, version=, what the serializer gives, the content's parts too)."""

    def get_queryset(self) -> QuerySet[Any]:
        check_anywhere(actor(self.request), self.keeps)
        found: QuerySet[Any] = super().get_queryset().order_by("pk")
        return found

    def list(self, request: Request) -> Response:
        """The templates, those that are not offered too."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One template, whole."""
        return self._whole(get_object_or_404(self.get_queryset(), pk=pk))

    def create(self, request: Request) -> Response:
        """Add a template."""
        check_anywhere(actor(request), self.keeps)
        answer = self._written(None)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    def update(self, request: Request, pk: str) -> Response:
        """Change a template; what has begun from it stays as it is."""
        row = get_object_or_404(self.get_queryset(), pk=pk)
        return self._written(row, version=expected(request))

    def _written(self, row: Any, **more: Any) -> Response:
        taken = self.get_serializer(data=self.request.data)
        taken.is_valid(raise_exception=True)
        given = dict(taken.validated_data)
        content = given.pop("content")
        return self._whole(self.write(row, by=actor(self.request), **content, **given, **more))

    def _whole(self, row: Any) -> Response:
        return tagged(Response(self.get_serializer(row).data), row.version)
