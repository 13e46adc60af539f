"""Scopes: what a token may be used for, within what its person may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knox.auth import TokenAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from patientsakerhet.access.models import ApiToken
from patientsakerhet.organisation.models import Person

if TYPE_CHECKING:
    from rest_framework.views import APIView


class ByToken(TokenAuthentication):
    """`Authorization: Token …`; the token's hash is stored, never the token."""

    def validate_user(self, auth_token: ApiToken) -> tuple[Person, ApiToken]:
        """Whose key it is; that it has been used is written down."""
        found: tuple[Person, ApiToken] = super().validate_user(auth_token)
        auth_token.used()
        return found


class WithinScope(BasePermission):
    """The token has the scope that the view names for the act; a signed-in session has them all."""

    message = "Nyckelns omfång räcker inte."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user is None or not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ApiToken):
            return True
        needed = scope_of(view, request.method or "")
        return needed in request.auth.scopes


def scope_of(view: APIView, method: str) -> str:
    """The scope the view asks for, by action and then by whether the method changes anything."""
    reading = method in {"GET", "HEAD", "OPTIONS"}
    by_action: dict[str, str] = getattr(view, "scopes", {})
    action = getattr(view, "action", None) or ""
    return by_action.get(action) or by_action["read" if reading else "write"]


def actor(request: Request) -> Person:
    """Who asks; the permission class has let nobody unknown through."""
    if not isinstance(request.user, Person):
        raise NotAuthenticated
    return request.user
