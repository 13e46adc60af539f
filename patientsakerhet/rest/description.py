"""How the description of the API speaks of signing in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from patientsakerhet.rest.scopes import ByToken


class ByTokenScheme(OpenApiAuthenticationExtension):
    """How the description of the API speaks of tokens."""

    target_class = ByToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <nyckel>`. Nyckelns omfång avgör vad den kan användas till.",
        }
