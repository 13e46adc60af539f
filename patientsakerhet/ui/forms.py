"""What our form templates understand beyond Django's own words (they are in templates/django/forms)."""


class Hinted(str):
    """A choice's label with a line of help under it: `Hinted("Ja", "Du får två frågor till")`."""

    hint: str

    def __new__(cls, label: str, hint: str) -> "Hinted":
        """The label itself, carrying its hint."""
        hinted = super().__new__(cls, label)
        hinted.hint = hint
        return hinted

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # copied with one argument more than a string
        """Forms copy their fields, and with them the labels."""
        return str(self), self.hint
