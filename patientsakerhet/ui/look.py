"""How the product looks in one browser: theme and density, kept in a cookie that says nothing else."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

COOKIE = "utseende"
THEMES = {"auto": "Som på datorn", "light": "Ljust", "dark": "Mörkt"}
DENSITIES = {"normal": "Normal", "compact": "Tät", "roomy": "Luftig"}
A_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Look:
    """A theme and a density; `auto` means that the browser decides."""

    theme: str = "auto"
    density: str = "normal"

    def kept_in(self, response: HttpResponse, *, secure: bool) -> HttpResponse:
        """The response, with the choice kept for a year. Scripts may read it, to paint early."""
        response.set_cookie(
            COOKIE,
            f"{self.theme}.{self.density}",
            max_age=A_YEAR,
            secure=secure,
            httponly=False,
            samesite="Lax",
        )
        return response


def look_of(request: HttpRequest) -> Look:
    """The look this browser has chosen; what it cannot mean is ignored."""
    theme, _, density = request.COOKIES.get(COOKIE, "").partition(".")
    return Look(
        theme if theme in THEMES else Look.theme, density if density in DENSITIES else Look.density
    )
