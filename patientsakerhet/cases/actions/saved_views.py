"""Keeping a selection of a list under a name, for oneself."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from patientsakerhet.cases.models import SavedView
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import Person

MOST = 20


@transaction.atomic
def save(page: str, name: str, query: str, *, by: Person) -> SavedView:
    """The selection is kept last among the person's views of the page.

    Refuses a second one of the same name, and more than anybody finds her way among.
    """
    mine = SavedView.objects.filter(person=by, page=page)
    if mine.count() >= MOST:
        raise NotReady(f"Du kan ha {MOST} sparade vyer. Ta bort en först.")
    last = mine.aggregate(last=Max("position"))["last"] or 0
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                person=by, page=page, name=name, query=query, position=last + 1
            )
    except IntegrityError:
        raise NotReady("Du har redan en vy som heter så. Välj ett annat namn.") from None


@transaction.atomic
def forget(view: SavedView, *, by: Person) -> None:
    """The view is gone; what it showed is where it was."""
    SavedView.objects.filter(pk=view.pk, person=by).delete()
