"""Files that come with a form: taken in at once, and kept while the rest of the form is mended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from patientsakerhet.cases import files, uploads
from patientsakerhet.cases.files import Received, RefusedFile

SALT = "avvikelse.attached"
KEPT = timedelta(hours=12)
"""Half as long as a file without a case is left lying."""


@dataclass(frozen=True)
class Attached:
    """The files that have been taken in, and what was wrong with those that were not."""

    files: tuple[Received, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Name and token of each file, with which the form hands it back at the next sending."""
        return [(one.name, signing.dumps(asdict(one), salt=SALT)) for one in self.files]


def attached(request: HttpRequest, name: str = "attachments") -> Attached:
    """The files kept from an earlier sending of the form, and those that come with this one."""
    taken: dict[tuple[str, str], Received] = {}
    kept = request.POST.getlist(f"{name}_kept")  # reading the form is what lets files go past
    problems = [f"{skipped}: {files.too_large()}" for skipped in uploads.too_large(request)]
    for token in kept[: settings.FILES_PER_SENDING]:
        earlier = _opened(token)
        if earlier is not None:
            taken[earlier.sha256, earlier.name] = earlier
    for upload in request.FILES.getlist(name):
        if len(taken) >= settings.FILES_PER_SENDING:
            problems.append(f"Du kan bifoga högst {settings.FILES_PER_SENDING} filer.")
            break
        try:
            received = files.receive(upload)
        except RefusedFile as refused:
            problems += refused.reasons
        else:
            taken[received.sha256, received.name] = received
    return Attached(tuple(taken.values()), tuple(problems))


def _opened(token: str) -> Received | None:
    """The file a token of ours stands for; nothing for any other, or when the file has gone."""
    try:
        given = signing.loads(token, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return None
    received = Received(**given)
    return received if files.exists(received.sha256) else None
