"""Where in the queue somebody stands, as the address says it, and what she has just done there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from avvikelse import queue
from avvikelse.actions.coordination import UNDO_WITHIN
from avvikelse.filters import QueueFilter
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Person

VIEW, SHOWN, PAGE, FROM = "vy", "arende", "sida", "fran"
FILTERS = tuple(QueueFilter.base_filters)
DONE = "koordinering_gjort"


class Place:
    """The view, the filter and the page of the queue; everything of its address but the case."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.values: dict[str, str] = {
            name: value
            for name in (VIEW, *FILTERS, PAGE)
            if (value := str(asked.get(name, "")).strip())
        }

    @classmethod
    def before(cls, request: HttpRequest) -> Place:
        """Where somebody came from, for a page or an act that leads back there."""
        written = request.POST.get(FROM) or request.GET.get(FROM) or ""
        return cls(QueryDict(written[:2000]))

    @property
    def view(self) -> str:
        """The key of the view."""
        return self.values.get(VIEW, queue.ALL)

    @property
    def cursor(self) -> str:
        """The place in the list."""
        return self.values.get(PAGE, "")

    @property
    def asked(self) -> dict[str, str]:
        """What the filter was asked for."""
        return {name: value for name, value in self.values.items() if name in FILTERS}

    @property
    def query(self) -> str:
        """All of it, as it stands in an address."""
        return self.written()

    def written(self, **changes: str) -> str:
        """The same with some parts changed; an empty one is left out."""
        told = QueryDict(mutable=True)
        told.update({**self.values, **changes})
        for name in [name for name, value in told.items() if not value]:
            del told[name]
        return told.urlencode()

    def url(self, **changes: str) -> str:
        """The address of the queue."""
        written = self.written(**changes)
        return reverse("coordination") + (f"?{written}" if written else "")

    def with_from(self, url: str) -> str:
        """The address of a page that leads back here."""
        if not self.values:
            return url
        written = QueryDict(mutable=True)
        written[FROM] = self.query
        return f"{url}?{written.urlencode()}"

    def act_url(self, name: str, number: str) -> str:
        """The address of a page that does something with a case and leads back here."""
        return self.with_from(reverse(name, args=[number]))

    @property
    def extract_url(self) -> str:
        """The address of the whole selection as a file."""
        written = self.written(**{PAGE: ""})
        return reverse("coordination_extract") + (f"?{written}" if written else "")

    def following(self, person: Person, case: Case) -> Case | None:
        """The case that stands after this one here."""
        cases = QueueFilter(self.asked, queue.narrowed(person, self.view), prefix="").qs
        return queue.after(cases, case, self.view)


def signed_in(request: HttpRequest) -> Person:
    """Whoever asks; the middleware has seen to it that somebody has signed in."""
    return cast(Person, request.user)


def on_to_next(
    request: HttpRequest, person: Person, case: Case, told: str, *, undo: Case | None = None
) -> HttpResponse:
    """Back to the queue with the next case shown, and a receipt; `undo` is the case whose step
    can be taken back."""
    place = Place.before(request)
    url = reverse("coordination_undo", args=[undo.number]) if undo else ""
    say_done(request, told, url)
    following = place.following(person, case)
    return redirect(place.url(**{SHOWN: following.number if following else ""}))


def say_done(request: HttpRequest, told: str, undo_url: str = "") -> None:
    """The receipt of what was done; for ten minutes the key z takes it back."""
    messages.success(request, told, extra_tags=f"undo:{undo_url}" if undo_url else "")
    if undo_url:
        done = {"told": told, "url": undo_url, "at": timezone.now().isoformat()}
        request.session[DONE] = done


def forget_done(request: HttpRequest) -> None:
    """There is nothing to take back any more."""
    request.session.pop(DONE, None)


def last_done(request: HttpRequest) -> dict[str, Any] | None:
    """What the person did last here, while it can be taken back; not while its receipt is shown."""
    done: dict[str, Any] | None = request.session.get(DONE)
    if done is None or len(messages.get_messages(request)):
        return None
    age: timedelta = timezone.now() - datetime.fromisoformat(done["at"])
    return done if age <= UNDO_WITHIN else None
