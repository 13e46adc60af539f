"""The rooms in the side navigation: who registers them, who may see them, how many things wait in each."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import get_urlconf, reverse

if TYPE_CHECKING:
    from patientsakerhet.organisation.models import Person

SECTIONS = ("", "Förebygga", "Tillsammans", "Följa upp", "System")
"""The headings, in order; the first group has none."""


@dataclass(frozen=True)
class Item:
    """One room. `needs` is a capability's value, or several of which one is enough, or empty for
    everybody who is signed in; `badge` is the key of the number beside it; `dock` puts it among a phone's shortcuts."""

    section: str
    label: str
    url_name: str
    needs: str | tuple[str, ...] = ""
    badge: str = ""
    dock: bool = False
    order: int = 100


@dataclass(frozen=True)
class Entry:
    """An item as one person sees it now."""

    label: str
    url: str
    current: bool
    count: str
    dock: bool


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    label: str
    entries: tuple[Entry, ...]


def _no_capabilities(person: "Person") -> frozenset[str]:
    return frozenset()


def _no_badges(person: "Person", keys: Collection[str]) -> dict[str, object]:
    return {}


_items: dict[str, Item] = {}
_capabilities: Callable[["Person"], Collection[str]] = _no_capabilities
_badges: Callable[["Person", Collection[str]], Mapping[str, object]] = _no_badges


def register(item: Item) -> None:
    """Adds a room, from an app's ready(); a second registration of the same URL replaces the first."""
    if item.section not in SECTIONS:
        raise ValueError(f"{item.section!r} is no section; choose one of {SECTIONS}.")
    _items[item.url_name] = item


def capabilities_from(ask: Callable[["Person"], Collection[str]]) -> None:
    """Says who knows what a person may do somewhere today (the access app)."""
    global _capabilities
    _capabilities = ask


def badges_from(ask: Callable[["Person", Collection[str]], Mapping[str, object]]) -> None:
    """Says who counts what waits for a person, of the sorts she has rooms for: one statement for
    all the numbers, `1 000+` being one."""
    global _badges
    _badges = ask


def sections_for(person: "Person", path: str) -> tuple[Section, ...]:
    """The navigation of this person on the page with this path."""
    may = _capabilities(person)
    items = sorted(
        (item for item in _items.values() if _opens(item, may)),
        key=lambda item: (SECTIONS.index(item.section), item.order, item.label),
    )
    urls = {item.url_name: _address(item.url_name, get_urlconf()) for item in items}
    here = _closest(urls.values(), path)
    shown = {item.badge for item in items if item.badge}
    counts = _badges(person, shown) if shown else {}
    return tuple(
        Section(label, entries)
        for label in SECTIONS
        if (
            entries := tuple(
                Entry(
                    label=item.label,
                    url=urls[item.url_name],
                    current=urls[item.url_name] == here,
                    count=str(counts.get(item.badge) or ""),
                    dock=item.dock,
                )
                for item in items
                if item.section == label
            )
        )
    )


def _opens(item: Item, may: Collection[str]) -> bool:
    needs = (item.needs,) if isinstance(item.needs, str) else item.needs
    return not item.needs or any(one in may for one in needs)


@lru_cache(maxsize=256)
def _address(url_name: str, urlconf: str | None) -> str:
    return reverse(url_name, urlconf)


def _closest(urls: Iterable[str], path: str) -> str:
    """The longest of the URLs that the path lies under; the first page only for itself."""
    over = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(over, key=len, default="")
