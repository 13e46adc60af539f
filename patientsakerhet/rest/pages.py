"""Lists in the API: by keyset, with the addresses of the pages beside."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from patientsakerhet.ui.paging import Page, Walk, page_of

CURSOR = "cursor"


class ByKeyset(BasePagination):
    """`?cursor=`; fifty rows a page, no total; the view may know a short way to them, its `walk`."""

    page: Page[Any]

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.request = request
        walk: Walk | None = getattr(view, "walk", None)
        self.page = page_of(queryset, request.query_params.get(CURSOR, ""), walk=walk)
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._address(self.page.next),
                "previous": self._address(self.page.previous),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": CURSOR,
                "in": "query",
                "required": False,
                "description": "Markör ur `next` eller `previous`.",
                "schema": {"type": "string"},
            }
        ]

    def _address(self, cursor: str) -> str | None:
        if not cursor:
            return None
        return str(replace_query_param(self.request.build_absolute_uri(), CURSOR, cursor))
