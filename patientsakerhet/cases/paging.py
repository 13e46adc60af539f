"""Pages of long lists, by the name the rooms of cases know them; they lie in ui/paging.py."""

from patientsakerhet.ui.paging import (
    SIZE,
    BadCursor,
    Capped,
    Page,
    addresses,
    count_of,
    counts_of,
    page_of,
)

__all__ = (
    "SIZE",
    "BadCursor",
    "Capped",
    "Page",
    "addresses",
    "count_of",
    "counts_of",
    "page_of",
)
