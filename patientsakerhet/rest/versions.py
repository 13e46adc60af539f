"""Versions as ETags: `"v7"` out, `If-Match: "v7"` in."""

from __future__ import annotations

import re

from rest_framework.request import Request
from rest_framework.response import Response

from patientsakerhet.lib.refusal import Stale
from patientsakerhet.rest.refusals import VersionMissing

_WRITTEN = re.compile(r'^(?:W/)?"?v(\d{1,9})"?$')


def expected(request: Request) -> int:
    """The version the caller has seen; 428 without one, 412 for what is none of ours."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise VersionMissing
    match = _WRITTEN.match(header)
    if match is None:
        raise Stale("Versionen i If-Match finns inte.")
    return int(match[1])


def tagged(response: Response, version: int) -> Response:
    """The response with the version that the next change must name."""
    response["ETag"] = f'"v{version}"'
    return response
