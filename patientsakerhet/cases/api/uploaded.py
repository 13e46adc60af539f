"""Files sent to the API: what was let go past while it streamed in is told of, never left out unseen."""

from __future__ import annotations

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from patientsakerhet.cases import files, uploads


def check_sizes(request: Request, field: str = "file") -> None:
    """Refuses, at the field, a request whose files were larger than allowed."""
    skipped = uploads.too_large(request._request)
    if skipped:
        raise ValidationError({field: [f"{name}: {files.too_large()}" for name in skipped]})
