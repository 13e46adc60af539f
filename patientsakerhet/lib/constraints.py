"""Facts that several tables promise in the same words, as database constraints."""

from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

UNPRINTABLE = r"[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F\u202A-\u202E\u2066-\u2069]"
"""Control characters and direction overrides; tab and line breaks are text."""


def all_or_none(*fields: str, name: str = "") -> CheckConstraint:
    """Facts that are only true together: a decision has a time and a person, or neither."""
    none = Q(**{f"{field}__isnull": True for field in fields})
    every = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(
        condition=none | every,
        name=name or f"%(class)s_{'_'.join(fields)}_together",
        violation_error_message="Uppgifterna hör ihop: fyll i alla eller ingen.",
    )


def printable(field: str, *, name: str = "") -> CheckConstraint:
    """Text without control characters and direction overrides, whatever code wrote it."""
    return CheckConstraint(
        condition=~Q(**{f"{field}__regex": UNPRINTABLE}),
        name=name or f"%(class)s_{field}_printable",
        violation_error_message="Texten innehåller tecken som inte går att visa.",
    )


def filled(field: str, *, name: str = "") -> CheckConstraint:
    """Text that is more than nothing and blanks."""
    return CheckConstraint(
        condition=Q(**{f"{field}__regex": r"\S"}),
        name=name or f"%(class)s_{field}_filled",
        violation_error_message="Fältet får inte vara tomt.",
    )


def ordered(earlier: str, later: str, *, name: str = "") -> CheckConstraint:
    """Two moments or days in their order; either may be absent."""
    return CheckConstraint(
        condition=Q(**{f"{earlier}__isnull": True})
        | Q(**{f"{later}__isnull": True})
        | Q(**{f"{later}__gte": F(earlier)}),
        name=name or f"%(class)s_{later}_not_before_{earlier}",
        violation_error_message="Slutet får inte ligga före början.",
    )


def at_most(field: str, length: int, *, name: str = "") -> CheckConstraint:
    """Text no longer than this many characters."""
    return CheckConstraint(
        condition=LessThanOrEqual(Length(F(field)), length),
        name=name or f"%(class)s_{field}_at_most_{length}",
        violation_error_message=f"Texten får vara högst {length} tecken.",
    )
