"""What every request passes on its way in and out: the age of a session, the closing of a page."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

NOTICED_EVERY = 60
"""Seconds between notes of somebody being here, so that reading is not writing."""


class SessionAges:
    """Signs a person out who has been away, or signed in, for too long."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began_at", now)
            seen = request.session.setdefault("seen_at", now)
            too_old = now - began > settings.SESSION_COOKIE_AGE
            if too_old or now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen >= NOTICED_EVERY:
                request.session["seen_at"] = now
        return self._respond(request)


class ClosedResponses:
    """No other site may load what we answer, and no cache keeps what a signed-in person saw."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._respond(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        person = getattr(request, "user", None)  # absent where a static file was answered
        if person is not None and person.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
