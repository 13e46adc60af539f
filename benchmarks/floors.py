"""A0: constants behind the same middleware, sign-in and permission check as the page under test.

`?bytes=` gives the size of the page that the floor is the twin of.
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe
from rest_framework.request import Request
from rest_framework.views import APIView

from patientsakerhet.access.asking import person_of
from patientsakerhet.access.models import Scope
from patientsakerhet.access.policy import Can, check_anywhere
from patientsakerhet.rest.scopes import actor


@lru_cache
def _constant(size: int) -> bytes:
    return b"x" * size


def _answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_constant(int(request.GET.get("bytes", "0"))))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The floor of a page for somebody signed in."""
    check_anywhere(person_of(request), Can.READ)
    return _answer(request)


@login_not_required
@require_POST
def sending(request: HttpRequest) -> HttpResponse:
    """The floor of a form that anybody may send."""
    return _answer(request)


class Api(APIView):
    """The floor of an address in the API."""

    scopes: ClassVar = {"read": Scope.CASES_READ, "write": Scope.REPORTS_WRITE}

    def get(self, request: Request) -> HttpResponse:
        """Nothing but the key and the permission."""
        check_anywhere(actor(request), Can.READ)
        return _answer(request)

    def post(self, request: Request) -> HttpResponse:
        """As `get`."""
        check_anywhere(actor(request), Can.FILE)
        return _answer(request)
