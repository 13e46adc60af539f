"""Parties: found or made by name, known by more spellings, two that were one made one."""

from __future__ import annotations

from django.db import transaction

from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.register.models import Party, PartyAlias
from patientsakerhet.register.spelling import party_spelling


@transaction.atomic
def obtain(name: str, part: Party.Part) -> Party:
    """The party that goes by the name, however it is spelt; made when nobody does.

    Two at once make one: the second waits for the first one's spelling and takes its party.
    """
    name = " ".join(name.split())
    spelling = party_spelling(name)
    if not spelling:
        raise NotReady("Skriv företagets namn med bokstäver eller siffror.")
    found = Party.objects.called(name).first()
    if found is None:
        made = Party.objects.create(name=name, parts=[part])
        PartyAlias.objects.bulk_create(
            [PartyAlias(party=made, name=name, spelling=spelling)], ignore_conflicts=True
        )
        found = Party.objects.called(name).get()
        if found.pk != made.pk:
            made.delete()
    if part not in found.parts:
        found.parts = [*found.parts, part]
        found.save(update_fields=["parts"])
    return found


@transaction.atomic
def also_written(party: Party, name: str) -> PartyAlias:
    """The party is found by this spelling too; refuses one that leads to somebody else."""
    name = " ".join(name.split())
    spelling = party_spelling(name)
    if not spelling:
        raise NotReady("Skriv stavningen med bokstäver eller siffror.")
    alias, _ = PartyAlias.objects.select_related("party").get_or_create(
        spelling=spelling, defaults={"party": party, "name": name}
    )
    if alias.party_id != party.pk:
        raise NotReady(f"Stavningen {name} hör redan till {alias.party}.")
    return alias
