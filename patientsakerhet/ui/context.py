"""What the frame around every page shows, given to every template as `frame`."""

from functools import cached_property, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from patientsakerhet.organisation.models import Person
from patientsakerhet.ui import navigation
from patientsakerhet.ui.look import look_of


class Frame:
    """The top bar's and the navigation's facts; asks the database only when a page shows them."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.region: str = settings.REGION_NAME
        self.demo: bool = settings.DEMO
        self.theme, self.density = (look := look_of(request)).theme, look.density

    @cached_property
    def person(self) -> Person | None:
        """Whoever is signed in."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Person) else None

    @property
    def head(self) -> SafeString:
        """Style sheets and scripts of a working page."""
        return _head(True)

    @property
    def plain_head(self) -> SafeString:
        """Style sheets and scripts of a roomy page."""
        return _head(False)

    @cached_property
    def sections(self) -> tuple[navigation.Section, ...]:
        """The rooms she may enter."""
        return navigation.sections_for(self.person, self._request.path) if self.person else ()

    @cached_property
    def rooms(self) -> SafeString:
        """The rooms as a list of links; it stands both at the side and in a phone's menu."""
        return _navigation(self.sections)

    @property
    def dock(self) -> SafeString:
        """The shortcuts on a phone: three at most, beside the one that files a deviation."""
        entries = [entry for section in self.sections for entry in section.entries if entry.dock]
        return _dock(tuple(entries[:3]))

    @property
    def account_links(self) -> SafeString:
        """The pages about oneself, and the way out."""
        return _account_links()


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor."""
    return {"frame": Frame(request)}


# The same for everybody while the process lives: reading twenty names of files for each page cost
# more than the rest of the frame.
@lru_cache(maxsize=2)
def _head(working: bool) -> SafeString:
    return render_to_string("components/head.html", {"working": working})


@lru_cache(maxsize=1)
def _account_links() -> SafeString:
    return render_to_string("components/account_links.html")


# Colleagues with the same rooms and the same numbers share one.
@lru_cache(maxsize=512)
def _navigation(sections: tuple[navigation.Section, ...]) -> SafeString:
    return render_to_string("components/navigation.html", {"sections": sections})


@lru_cache(maxsize=512)
def _dock(entries: tuple[navigation.Entry, ...]) -> SafeString:
    return render_to_string("components/dock.html", {"items": entries})
