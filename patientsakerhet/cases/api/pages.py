"""Lists in the API, by the name the rooms of cases know them; they lie in rest/pages.py."""

from patientsakerhet.rest.pages import ByKeyset

__all__ = ("ByKeyset",)
