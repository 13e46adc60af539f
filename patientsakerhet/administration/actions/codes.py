"""Code trees: codes added, renamed from a day, ended, put in order. What was coded before keeps its code."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from patientsakerhet.administration.actions import core
from patientsakerhet.cases.models import Code, CodeSystem
from patientsakerhet.cases.models.codes import CodeQuerySet
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person, in_force

FOLLOWS = "Kodverket följer en utgåva och ändras bara genom att en ny utgåva läses in."


@transaction.atomic
def add_code(
    system: CodeSystem,
    *,
    by: Person | None,
    code: str,
    label: str,
    definition: str = "",
    parent: Code | None = None,
    since: date | None = None,
    until: date | None = None,
    position: int | None = None,
) -> Code:
    """The code may be chosen from the day, last among its siblings unless a place is given."""
    core.allow(by)
    tree = _editable(system)
    since = since or timezone.localdate()
    code = core.line(code, "Kod")
    if parent is not None and parent.system_id != tree.pk:
        raise NotReady("Den överordnade koden hör till ett annat kodverk.")
    if _overlapping(tree, code, since).exists():
        raise NotReady(f"Koden {code} gäller redan då. Byt namn på den i stället.")
    row = Code(
        system=tree,
        code=code,
        label=core.line(label, "Benämning"),
        definition=definition,
        parent=parent,
        position=_last(tree) + 10 if position is None else position,
        valid_from=since,
        valid_to=until,
    )
    core.refuse_invalid(row)
    row.save()
    _tell("code.added", row, by, {"code": code, "label": row.label, "from": since})
    return row


@transaction.atomic
def rename_code(
    code: Code,
    *,
    by: Person | None,
    label: str,
    definition: str | None = None,
    since: date | None = None,
) -> Code:
    """From the day the code has this label; cases coded before keep the label they were given.

    A code that began the same day is corrected where it stands.
    """
    core.allow(by)
    _editable(code.system)
    row = _locked(code)
    label = core.line(label, "Benämning")
    definition = row.definition if definition is None else definition
    if (label, definition) == (row.label, row.definition):
        return row
    since = since or timezone.localdate()
    return replace(row, by=by, since=since, label=label, definition=definition)


def replace(row: Code, *, by: Person | None, since: date, **given: object) -> Code:
    """The code as it was has ended, and is as given from the day; the codes below it follow.

    The caller has locked the row and checked the right.
    """
    if row.valid_to is not None and row.valid_to < since:
        raise NotReady(f"Koden {row.code} är avslutad {row.valid_to}.")
    before = {name: getattr(row, name) for name in given}
    if since < row.valid_from:
        raise NotReady(f"Koden {row.code} gäller först från {row.valid_from}. Välj en senare dag.")
    if since == row.valid_from:
        for name, value in given.items():
            setattr(row, name, value)
        core.refuse_invalid(row)
        row.save(update_fields=list(given))
        made = row
    else:
        made = Code.objects.get(pk=row.pk)
        made.pk, made.valid_from = None, since
        made._state.adding = True
        for name, value in given.items():
            setattr(made, name, value)
        row.valid_to = since - timedelta(days=1)
        row.save(update_fields=["valid_to"])
        core.refuse_invalid(made)
        made.save(force_insert=True)
        still = Q(valid_to=None) | Q(valid_to__gte=since)
        Code.objects.filter(still, parent=row).update(parent=made)
    changed = {name: [str(before[name]), str(given[name])] for name in given}
    _tell("code.changed", made, by, {"code": row.code, "from": since, **changed})
    return made


@transaction.atomic
def end_code(code: Code, *, by: Person | None, last_day: date) -> Code:
    """The code may be chosen up to and including the day; refuses while codes below it last longer."""
    core.allow(by)
    _editable(code.system)
    return end(_locked(code), by=by, last_day=last_day)


def end(row: Code, *, by: Person | None, last_day: date) -> Code:
    """As `end_code`, for a row the caller has locked and a right she has checked."""
    if row.valid_to is not None and row.valid_to <= last_day:
        raise NotReady(f"Koden {row.code} är redan avslutad {row.valid_to}.")
    if last_day < row.valid_from:
        raise NotReady(f"Koden {row.code} gäller först från {row.valid_from}.")
    longer = Q(valid_to=None) | Q(valid_to__gt=last_day)
    if Code.objects.filter(longer, parent=row).exists():
        raise NotReady(f"Under {row.code} finns koder som gäller längre. Avsluta dem först.")
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    _tell("code.ended", row, by, {"code": row.code, "to": last_day})
    return row


@transaction.atomic
def place_code(
    code: Code, *, by: Person | None, parent: Code | None, since: date | None = None
) -> Code:
    """From the day the code stands under the other, or at the top; what was coded before keeps the
    old place.

    Refuses a place in another tree, under itself or what is below it, and under a code that
    cannot be chosen then.
    """
    core.allow(by)
    tree = _editable(code.system)
    row = _locked(code)
    since = since or timezone.localdate()
    if parent is not None:
        if parent.system_id != tree.pk:
            raise NotReady("Den överordnade koden hör till ett annat kodverk.")
        above: Code | None = parent
        while above is not None:
            if above.code == row.code:
                raise NotReady("En kod kan inte ligga under sig själv.")
            above = above.parent
        if not Code.objects.filter(in_force(since), pk=parent.pk).exists():
            raise NotReady(f"{parent.label} gäller inte den dagen. Välj en annan plats.")
    if (parent.pk if parent else None) == row.parent_id:
        return row
    return replace(row, by=by, since=since, parent=parent)


@transaction.atomic
def move_code(code: Code, *, by: Person | None, up: bool) -> None:
    """The code has changed places with its neighbour among the codes of today."""
    core.allow(by)
    tree = _editable(code.system)
    row = _locked(code)
    siblings = list(
        Code.objects.select_for_update()
        .filter(in_force(timezone.localdate()), system=tree, parent=row.parent_id)
        .order_by("position", "code", "pk")
    )
    # Equal places are told apart first, so that a change of places is always seen.
    for place, one in enumerate(siblings, start=1):
        one.position = place * 10
    here = [one.pk for one in siblings].index(row.pk) if row in siblings else -1
    there = here - 1 if up else here + 1
    if here < 0 or not 0 <= there < len(siblings):
        raise NotReady("Koden står redan ytterst.")
    one, other = siblings[here], siblings[there]
    one.position, other.position = other.position, one.position
    Code.objects.bulk_update(siblings, ["position"])
    _tell("code.moved", row, by, {"code": row.code, "up": up})


def _overlapping(tree: CodeSystem, code: str, since: date) -> CodeQuerySet:
    return Code.objects.filter(system=tree, code=code).filter(
        Q(valid_to=None) | Q(valid_to__gte=since)
    )


def _editable(system: CodeSystem) -> CodeSystem:
    if not system.editable:
        raise NotReady(FOLLOWS)
    return system


def _last(tree: CodeSystem) -> int:
    return Code.objects.filter(system=tree).aggregate(last=Max("position"))["last"] or 0


def _locked(code: Code) -> Code:
    return Code.objects.select_for_update(of=("self",)).select_related("system").get(pk=code.pk)


def _tell(action: str, row: Code, by: Person | None, body: dict[str, object]) -> None:
    core.record(action, row, by=by, body={"system": row.system.key, **body})
