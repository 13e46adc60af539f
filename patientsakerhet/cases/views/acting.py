"""Doing what somebody asks with a case by a form: done and told, or the form again with what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from patientsakerhet.lib.refusal import NotAllowed, Refused, Stale
from patientsakerhet.ui.conflict import carry_version

Again = Callable[[int], HttpResponse]


class Versioned(Protocol):
    """What somebody has changed a version of."""

    @property
    def version(self) -> int:
        """The version it has now."""
        ...


def perform(
    request: HttpRequest,
    form: BaseForm,
    do: Callable[[], Any],
    *,
    done: str,
    to: str,
    again: Again,
) -> HttpResponse:
    """Do it and go on, or show the form again with what she wrote and what stands in the way.

    A refusal for want of right is left to the frame, which answers 403.
    """
    if not form.is_valid():
        return again(422)
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        if isinstance(refusal, Stale):
            form.stale = True  # type: ignore[attr-defined]  # a mark for the template
        return again(409)
    messages.success(request, done)
    return redirect(to)


def take_back(request: HttpRequest, do: Callable[[], Any], *, done: str, to: str) -> HttpResponse:
    """A deed of one button: a refusal stands above the page one comes back to."""
    try:
        do()
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(to)


def renewed(form: BaseForm, row: Versioned) -> BaseForm:
    """A form that was refused since somebody was first carries today's version when it is sent again."""
    if getattr(form, "stale", False):
        carry_version(form, row.version)
    return form
