"""What the frame around every page shows, given to every template as `frame`."""

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

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

    @cached_property
    def sections(self) -> list[navigation.Section]:
        """The side navigation."""
        return navigation.sections_for(self.person, self._request.path) if self.person else []

    @cached_property
    def dock(self) -> list[navigation.Entry]:
        """The shortcuts on a phone: three at most, beside the one that files a deviation."""
        entries = [entry for section in self.sections for entry in section.entries if entry.dock]
        return entries[:3]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor."""
    return {"frame": Frame(request)}
