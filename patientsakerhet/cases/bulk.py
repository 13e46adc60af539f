"""What can be done with many cases at once from the list; each app signs its own acts in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction

from patientsakerhet.access.policy import Can
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.organisation.models import Person

MOST = 100
"""Cases in one act: two pages' worth, so that somebody has seen each."""


@dataclass(frozen=True)
class Offer:
    """One act on many cases: what it is called, what it asks for, and how it is done with each."""

    key: str
    label: str
    title: str
    needs: Can
    form: type[forms.Form]
    do: Callable[[Case, dict[str, Any], Person], Any]
    """Takes the case in the version that was shown, what was filled in, and who acts."""


@dataclass(frozen=True)
class Outcome:
    """What became, or will become, of one case: done, or the reasons why not."""

    case: Case
    reasons: tuple[str, ...] = ()

    @property
    def will(self) -> bool:
        """Whether it is done."""
        return not self.reasons


_offers: dict[str, Offer] = {}


def register(offer: Offer) -> None:
    """Make an act known, from an app's ready(); a second under the same key replaces the first."""
    _offers[offer.key] = offer


def named(key: str) -> Offer | None:
    """The act with this key."""
    return _offers.get(key)


def offered_to(may: frozenset[Can]) -> list[Offer]:
    """The acts that somebody who may do this somewhere is shown."""
    return [offer for offer in _offers.values() if offer.needs in may]


class _Rehearsed(Exception):
    """Takes back what was only tried."""


def carry_out(
    offer: Offer, cases: Sequence[Case], given: dict[str, Any], *, by: Person, rehearse: bool
) -> list[Outcome]:
    """The act on each case by itself; rehearsed, it is taken back: the same code, the same words."""
    outcomes = []
    for case in cases:
        try:
            with transaction.atomic():
                offer.do(case, dict(given), by)
                if rehearse:
                    raise _Rehearsed
        except _Rehearsed:
            outcomes.append(Outcome(case))
        except Refused as refusal:
            outcomes.append(Outcome(case, tuple(refusal.reasons)))
        else:
            outcomes.append(Outcome(case))
    return outcomes
