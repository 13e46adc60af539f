"""Unfinished forms: kept sealed for the one who writes, for nobody else, and not for ever."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from django.utils import timezone

from patientsakerhet.cases import sealing
from patientsakerhet.cases.models import Draft
from patientsakerhet.organisation.models import Person

KEPT = timedelta(days=90)
LONGEST = 200_000

Fields = dict[str, list[str]]


def keep(fields: Fields, *, form: str, by: Person, key: str = "") -> Draft:
    """The person's draft of the form holds these fields and nothing else.

    What is longer than any of our forms can be is cut off field by field, never refused.
    """
    written = json.dumps(fields, ensure_ascii=False)
    if len(written) > LONGEST:
        share = LONGEST // max(len(fields), 1)
        fields = {
            name[:60]: [value[:share] for value in values[:20]] for name, values in fields.items()
        }
        written = json.dumps(fields, ensure_ascii=False)
    key_id, sealed = sealing.close(written, _bound_to(by, form, key))
    draft, _ = Draft.objects.update_or_create(
        person=by,
        form=form,
        key=key,
        defaults={"fields": {"key": key_id, "sealed": b64encode(sealed).decode()}},
    )
    return draft


def kept(person: Person, *, form: str, key: str = "") -> tuple[Draft, Fields] | None:
    """The person's draft of the form and its fields; nothing when there is none that opens."""
    draft = Draft.objects.filter(person=person, form=form, key=key).first()
    if draft is None:
        return None
    try:
        written = sealing.reopen(
            draft.fields["key"], b64decode(draft.fields["sealed"]), _bound_to(person, form, key)
        )
    except (KeyError, InvalidTag):
        return None  # sealed with a key that has been withdrawn
    return draft, json.loads(written)


def discard(*, form: str, by: Person, key: str = "") -> None:
    """The person's draft of the form is gone."""
    Draft.objects.filter(person=by, form=form, key=key).delete()


def forget() -> int:
    """Drafts nobody has touched for a long time are gone; how many."""
    return Draft.objects.filter(saved_at__lt=timezone.now() - KEPT).delete()[0]


def _bound_to(person: Person, form: str, key: str) -> str:
    return f"cases_draft|{person.pk}|{form}|{key}"
