"""How a log line is written: short, and without what people wrote in the product."""

import logging
import re
from types import TracebackType

ROW_CONTENTS = re.compile(
    r"^(DETAIL|CONTEXT):.*(?:\n(?!\S+Error|Traceback|\s+File).*)*", re.MULTILINE
)
"""PostgreSQL ends a refusal with the row it refused, which may be a patient's story."""

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutRowContents(logging.Formatter):
    """Level, logger and message on one line; a database error without the row it is about."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s %(message)s")

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802  the standard library's name
        return ROW_CONTENTS.sub(r"\1: (left out)", super().formatException(ei))
