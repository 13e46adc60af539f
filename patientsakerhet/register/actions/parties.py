"""Parties: found or made by name, known by more spellings, two that were one made one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from patientsakerhet.access import policy
from patientsakerhet.access.policy import Can
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person
from patientsakerhet.register.actions import core, devices
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


@transaction.atomic
def learn(party: Party, name: str, *, by: Person) -> None:
    """The party is found by this spelling too, and the trail tells it; nothing when it is already."""
    locked = _locked(party, by=by)
    if Party.objects.called(name).filter(pk=locked.pk).exists():
        return
    alias = also_written(locked, name)
    core.record("party.learnt", locked, by=by, body={"alias": alias.name}, right=Can.KEEP_PARTIES)


@transaction.atomic
def add(given: Mapping[str, Any], *, by: Person | None) -> Party:
    """A new party under its name; refuses a name that leads to somebody already."""
    _allow(by)
    name = given["name"]
    if other := Party.objects.called(name).first():
        raise NotReady(f"{name} finns redan, som {other}.")
    party = core.add(Party(**_only(given)), "party.added", by=by)
    also_written(party, name)
    _spell(party, given.get("aliases", ()))
    return party


@transaction.atomic
def change(
    party: Party, given: Mapping[str, Any], *, by: Person | None, version: int | None = None
) -> Party:
    """The party as given; `aliases`, when given, are all its spellings beside the name."""
    locked = _locked(party, by=by, version=version)
    core.change(locked, _only(given), "party.changed", by=by)
    also_written(locked, locked.name)
    if "aliases" in given:
        before = set(locked.aliases.values_list("name", flat=True))
        _spell(locked, given["aliases"])
        after = set(locked.aliases.values_list("name", flat=True))
        if before != after:
            core.record(
                "party.spelt", locked, by=by, body={"aliases": [sorted(before), sorted(after)]}
            )
    return locked


@transaction.atomic
def merge(party: Party, *, into: Party, by: Person | None, version: int | None = None) -> Party:
    """Two that are the same are one: spellings, addresses, products and systems are the other's.

    The row itself stays and leads to the other. A product that both had becomes one too.
    """
    first, second = sorted((party.pk, into.pk))
    if first == second:
        raise NotReady("Välj ett annat företag att slå ihop med.")
    Party.objects.select_for_update().filter(pk__in=(first, second)).order_by("pk").first()
    gone, kept = _locked(party, by=by, version=version), _locked(into, by=by)
    together: dict[str, Any] = {
        name: list(dict.fromkeys([*getattr(kept, name), *getattr(gone, name)]))
        for name in ("parts", "mail_domains", "contact_addresses")
    }
    if not kept.srn:
        together["srn"] = gone.srn
    core.change(gone, {"merged_into": kept}, "party.merged", by=by)
    core.change(kept, together, "party.got", by=by)
    gone.aliases.update(party=kept)
    gone.systems.update(supplier=kept)
    gone.merged_from.update(merged_into=kept)
    _take_models(gone, kept, by=by)
    return kept


def _take_models(gone: Party, kept: Party, *, by: Person | None) -> None:
    for model in gone.device_models.current().select_for_update().order_by("pk"):
        same = kept.device_models.current().filter(
            name=model.name,
            model_number=model.model_number,
            catalogue_number=model.catalogue_number,
        )
        if twin := same.first():
            devices.absorb(model, twin, by=by)
        else:
            core.change(model, {"manufacturer": kept}, "device_model.changed", by=by)


def _spell(party: Party, names: Iterable[str]) -> None:
    """These are all the spellings beside the name; one that differs in marks alone is none."""
    kept = {party_spelling(party.name)}
    for name in names:
        kept.add(also_written(party, name).spelling)
    party.aliases.exclude(spelling__in=kept).delete()


def _locked(party: Party, *, by: Person | None, version: int | None = None) -> Party:
    _allow(by)
    locked = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    core.expect(locked, version)
    if locked.merged_into_id is not None:
        raise NotReady(f"{locked} är ihopslagen med ett annat företag. Ändra det i stället.")
    return locked


def _allow(by: Person | None) -> None:
    if by is not None:
        policy.check_anywhere(by, Can.KEEP_PARTIES)


def _only(given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "parts", "srn", "mail_domains", "contact_addresses", "contact_details")
    return {name: given[name] for name in names if name in given}
