"""Fetching a file that lies in a case: never shown in place, always asked of the policy, always noted."""

from __future__ import annotations

import os

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from patientsakerhet.access.asking import person_of
from patientsakerhet.cases.actions import attachments
from patientsakerhet.cases.models import Attachment, Case, Comment
from patientsakerhet.lib.refusal import NotAllowed, Refused


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file to be saved, from a case she may read; its reporter may open what is hers.

    The browser is told neither to guess what it is nor to run anything in it.
    """
    by = person_of(request)
    read = Q(case__in=Case.objects.visible_to(by))
    shared = Q(case__in=Case.objects.extract_visible_to(by), audience=Comment.Audience.PARTIES)
    own = Q(case__in=Case.objects.filed_by(by), audience=Comment.Audience.REPORTER)
    row = get_object_or_404(
        Attachment.objects.select_related("case").filter(read | shared | own), pk=pk
    )
    try:
        with attachments.opened(row, by=by) as file:
            # The same open file as was just checked against its hash, not the name again.
            body = os.fdopen(os.dup(file.fileno()), "rb")
    except NotAllowed:
        raise
    except Refused as refusal:
        return _refused(request, refusal)
    response = FileResponse(
        body, as_attachment=True, filename=row.name, content_type=row.content_type
    )
    response.headers["Content-Length"] = str(row.size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "cases/attachment_refused.html", {"refusal": refusal}, status=409)
