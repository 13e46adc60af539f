"""Uploads while they stream in: what is too large is let go past without being kept anywhere."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from patientsakerhet.cases import file_names

_TOO_LARGE = "_files_too_large"


class LimitedSizes(FileUploadHandler):
    """Skips a file once it, or everything sent together, is larger than allowed.

    The rest of the form is read as usual, so that no text is lost for the sake of a file.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._this = self._all = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Count the new file from nothing."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        self._this = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The chunk, for the handler that keeps it, as long as there is room."""
        self._this += len(raw_data)
        self._all += len(raw_data)
        if self._this > settings.FILE_MAX_BYTES or self._all > settings.FILES_MAX_BYTES:
            skipped = getattr(self.request, _TOO_LARGE, [])
            setattr(self.request, _TOO_LARGE, [*skipped, self.file_name or ""])
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Whoever kept the bytes makes the file."""
        return None


def too_large(request: HttpRequest) -> list[str]:
    """The names of the files that were let go past, as they may be shown."""
    return [file_names.plain(name) for name in getattr(request, _TOO_LARGE, [])]
