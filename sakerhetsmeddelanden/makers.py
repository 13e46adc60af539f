"""Who has made what a notice is about, where its own name for the maker leads to nobody, or to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from patientsakerhet.register import likeness
from patientsakerhet.register.likeness import Likely
from patientsakerhet.register.models import Party, PartyAlias
from sakerhetsmeddelanden.models import SafetyNotice


def likely_makers(notice: SafetyNotice) -> list[Likely]:
    """The register's parties that the maker as written may be; none once somebody has said who it is."""
    if notice.manufacturer_id is not None or not notice.manufacturer_text.strip():
        return []
    return likeness.likely(notice.manufacturer_text)


def doubtful(names: Iterable[str], makers: Iterable[int]) -> dict[int, str]:
    """Of these makers, those whose name begins as one of the names does, with what to say of it.

    A product of the right designation whose maker is spelt longer or shorter may well be the one
    that the notice means: somebody decides, and nobody is passed over.
    """
    wanted = set(makers)
    if not wanted:
        return {}
    spelt: dict[Party, list[str]] = defaultdict(list)
    for alias in PartyAlias.objects.filter(party__in=wanted).select_related("party").order_by("pk"):
        spelt[alias.party].append(alias.name)
    told = {}
    for party, aliases in spelt.items():
        like = next((one for one in names if likeness.is_likely(one, aliases)), None)
        if like is not None:
            told[party.pk] = (
                f"beteckningen stämmer, och tillverkaren kan vara samma: {party} i registret, "
                f"{like} i meddelandet"
            )
    return told
