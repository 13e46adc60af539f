"""Acts that have nothing to fill in: done or refused, and told on the page that follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from patientsakerhet.lib.refusal import NotAllowed, Refused


def act_and_tell(request: HttpRequest, act: Callable[[], Any], told: str) -> None:
    """Do it and say so, or say why not; who may not at all is refused as everywhere."""
    try:
        act()
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
