"""Care providers, roles through time and absence out as files."""

from __future__ import annotations

from collections.abc import Mapping

from patientsakerhet.access.policy import Can
from patientsakerhet.administration import filters
from patientsakerhet.exchange.kinds import Export
from patientsakerhet.exchange.writer import Column, Extract
from patientsakerhet.organisation.models import Absence, Assignment, CareProvider, Person, Role


def providers(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """The care providers of a filter."""
    chosen = filters.ProviderFilter(given, CareProvider.objects.all())
    filters.refuse_unreadable(chosen)
    return Extract(
        name="vardgivare",
        title="Vårdgivare",
        rows=chosen.qs.order_by("name", "pk"),
        columns=[
            Column("Namn", "name"),
            Column("Slag", "kind", dict(CareProvider.Kind.choices).get),
            Column("Organisationsnummer", "organisation_number"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


def assignments(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """Who holds, held or will hold which role."""
    chosen = filters.AssignmentFilter(given, Assignment.objects.all())
    filters.refuse_unreadable(chosen)
    return Extract(
        name="roller",
        title="Roller",
        rows=chosen.qs.order_by("unit__path", "role", "person__name", "pk"),
        columns=[
            Column("Enhetskod", "unit__code"),
            Column("Enhet", "unit__name"),
            Column("Roll", "role", dict(Role.choices).get),
            Column("Namn", "person__name"),
            Column("E-post", "person__email"),
            Column("Från", "valid_from"),
            Column("Till", "valid_to"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


def absences(given: Mapping[str, str], by: Person | None = None) -> Extract:
    """Who is away, and who stands in."""
    chosen = filters.AbsenceFilter(given, Absence.objects.all())
    filters.refuse_unreadable(chosen)
    return Extract(
        name="franvaro",
        title="Frånvaro",
        rows=chosen.qs.order_by("first_day", "pk"),
        columns=[
            Column("Namn", "person__name"),
            Column("E-post", "person__email"),
            Column("Första dagen", "first_day"),
            Column("Sista dagen", "last_day"),
            Column("Ersättare", "substitute__name"),
            Column("Ersättarens e-post", "substitute__email"),
        ],
        selection=filters.in_words(chosen),
        right=Can.ADMINISTER,
    )


PROVIDERS = Export("providers", "Vårdgivare", Can.ADMINISTER, providers)
ASSIGNMENTS = Export(
    "assignments",
    "Roller",
    Can.ADMINISTER,
    assignments,
    "Vem som har vilken roll i dag. Listan över roller tar också ut tidigare och kommande.",
)
ABSENCES = Export("absences", "Frånvaro", Can.ADMINISTER, absences, "Nu och framöver.")
