"""What one notice is about, in the API: its products, and what they are in the register."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.rest.scopes import actor
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import expected
from sakerhetsmeddelanden.actions import products
from sakerhetsmeddelanden.actions.products import Product
from sakerhetsmeddelanden.api import given, shapes
from sakerhetsmeddelanden.api.numbered import OfNotice
from sakerhetsmeddelanden.models import AffectedProduct

ONE = {200: shapes.ProductSerializer, **REFUSALS}


class ProductViewSet(OfNotice):
    """The products of one notice; a change takes the notice's version and answers with the next."""

    @extend_schema(responses={200: shapes.ProductSerializer(many=True)})
    def list(self, request: Request, number: str) -> Response:
        """What it is about."""
        rows = self.case().safety_notice.products.select_related("manufacturer")
        rows = rows.prefetch_related("models_chosen").order_by("position", "pk")
        return self.paged(rows, shapes.ProductSerializer, "notice.products_read")

    @extend_schema(
        request=given.ProductGiven, responses={201: shapes.ProductSerializer, **REFUSALS}
    )
    def add(self, request: Request, number: str) -> Response:
        """It is about this product too."""
        case, version = self.case(), expected(request)
        made = products.add(case, self._product(), by=actor(request), version=version)
        return self._one(made, status=201)

    @extend_schema(request=given.ProductGiven, responses=ONE)
    def change(self, request: Request, number: str, pk: int) -> Response:
        """The product is as given here; what is left out is empty."""
        row, version = self._row(), expected(request)
        made = products.change(row, self._product(), by=actor(request), version=version)
        return self._one(made)

    @extend_schema(responses={204: None, **REFUSALS})
    def remove(self, request: Request, number: str, pk: int) -> Response:
        """It is not about this product."""
        products.remove(self._row(), by=actor(request), version=expected(request))
        return self.seen(Response(status=204))

    @extend_schema(request=given.Models, responses=ONE)
    def choose_models(self, request: Request, number: str, pk: int) -> Response:
        """The product is these of the register's, whatever it is called there."""
        row, version = self._row(), expected(request)
        made = products.choose_models(
            row, self.given(given.Models)["models"], by=actor(request), version=version
        )
        return self._one(made)

    def _row(self) -> AffectedProduct:
        return get_object_or_404(self.case().safety_notice.products, pk=self.kwargs["pk"])

    def _product(self) -> Product:
        return Product(**self.given(given.ProductGiven))

    def _one(self, row: AffectedProduct, **more: Any) -> Response:
        return self.seen(Response(shapes.ProductSerializer(row).data, **more))
