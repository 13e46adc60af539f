"""Fields in which somebody writes which party, product or term she means, a list, or a UDI."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from patientsakerhet.lib import text
from patientsakerhet.lib.refusal import Refused
from patientsakerhet.register import udi
from patientsakerhet.register.models import DeviceModel, EmdnTerm, ITSystem, Party
from patientsakerhet.register.spelling import compact, party_spelling
from patientsakerhet.ui.choosing import Chosen, UnitField

MOST = 200


class PartyField(Chosen[Party]):
    """A party by any of its spellings."""

    none = "Det finns ingen aktör som heter ”{}”. Lägg upp den först, under Aktörer."
    several = "Flera kan vara menade: {}. Skriv hela namnet."

    def among(self) -> QuerySet[Party]:
        """Those that are not merged into another."""
        return Party.objects.current()

    def written(self, one: Party) -> str:
        """Its name."""
        return one.name

    def alike(self, words: str) -> Q:
        """Part of a name."""
        return Q(name__icontains=words)

    def exactly(self, words: str) -> Q:
        """A whole name, however it is spelt."""
        spelt = Party.objects.filter(aliases__spelling=party_spelling(words))
        return Q(pk__in=spelt.values("pk"))


class ModelField(Chosen[DeviceModel]):
    """A product by its name, its numbers or its UDI-DI."""

    none = "Det finns ingen produkt som heter ”{}”. Lägg upp den först, under Produkter."
    several = "Flera kan vara menade: {}. Skriv namnet med tillverkaren inom parentes."

    def among(self) -> QuerySet[DeviceModel]:
        """Those that are not merged into another."""
        return DeviceModel.objects.current().select_related("manufacturer", "managing_unit")

    def written(self, one: DeviceModel) -> str:
        """Its name, its number and who makes it."""
        number = one.catalogue_number or one.model_number
        return f"{one.name}{f' {number}' if number else ''} ({one.manufacturer.name})"

    def alike(self, words: str) -> Q:
        """Part of a name."""
        return Q(name__icontains=words)

    def exactly(self, words: str) -> Q:
        """A number, or a name, with the maker in brackets when there are several."""
        key = compact(words)
        outright = Q(model_key=key) | Q(catalogue_key=key) | Q(name__iexact=words)
        if match := re.fullmatch(r"(.+) \((.+)\)", words):
            name, maker = match[1], match[2]
            for split in range(len(name.split()), 0, -1):
                parts = name.split()
                first, rest = " ".join(parts[:split]), compact("".join(parts[split:]))
                number = Q(catalogue_key=rest) | Q(model_key=rest) if rest else Q()
                outright |= Q(name__iexact=first) & number & Q(manufacturer__name__iexact=maker)
        return (outright if key else Q(pk__in=[])) | Q(identifiers__udi_di=words.strip())


class SystemField(Chosen[ITSystem]):
    """An IT system in use, by its name or an alias."""

    none = "Det finns inget IT-system som heter ”{}”. Lägg upp det först, under IT-system."
    several = "Flera kan vara menade: {}. Skriv hela namnet."

    def among(self) -> QuerySet[ITSystem]:
        """Those in use."""
        return ITSystem.objects.filter(in_use=True)

    def written(self, one: ITSystem) -> str:
        """Its name."""
        return one.name

    def alike(self, words: str) -> Q:
        """Part of a name, or an alias."""
        return Q(name__icontains=words) | Q(aliases__contains=[words])

    def exactly(self, words: str) -> Q:
        """The whole name."""
        return Q(name__iexact=words)


class TermField(Chosen[EmdnTerm]):
    """A term of the nomenclature by its code or its name."""

    none = "Det finns ingen EMDN-term ”{}”. Skriv koden, till exempel Z1203."
    several = "Flera kan vara menade: {}. Skriv koden."

    def among(self) -> QuerySet[EmdnTerm]:
        """Those in force."""
        return EmdnTerm.objects.filter(is_current=True).annotate(name=F("code"))

    def written(self, one: EmdnTerm) -> str:
        """Code and name."""
        return str(one)

    def alike(self, words: str) -> Q:
        """Part of a name."""
        return Q(label__icontains=words) | Q(term__icontains=words)

    def exactly(self, words: str) -> Q:
        """The code, also as it is suggested."""
        return Q(code__iexact=words.split()[0])


class Several(forms.CharField):
    """One a line or with commas between; the value is a list, each once."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, label: str, *, longest: int = 160, **kwargs: Any) -> None:
        super().__init__(label=label, required=False, max_length=20_000, **kwargs)
        self.longest = longest

    def prepare_value(self, value: Any) -> Any:
        """The list as somebody would write it."""
        return "\n".join(value) if isinstance(value, list) else value

    def parts(self, value: str) -> list[str]:
        """What was written, one by one."""
        return re.split(r"[\n,;]", value)

    def clean(self, value: Any) -> Any:
        """The list; refuses one that is too long."""
        written = text.clean(super().clean(value) or "")
        found = list(dict.fromkeys(" ".join(one.split()) for one in self.parts(written)))
        found = [one for one in found if one]
        if len(found) > MOST:
            raise ValidationError(f"Skriv högst {MOST} rader.")
        for one in found:
            if len(one) > self.longest:
                raise ValidationError(f"”{one[:20]}…” är för långt, högst {self.longest} tecken.")
        return found


class SeveralLines(Several):
    """As `Several`, for names that have commas in them."""

    def parts(self, value: str) -> list[str]:
        """What was written, line by line."""
        return value.split("\n")


class SeveralDomains(Several):
    """Mail domains in small letters, however they were written."""

    def clean(self, value: Any) -> Any:
        """The domains; refuses what is none."""
        found = [one.lower().rpartition("@")[2] for one in super().clean(value)]
        for one in found:
            if not re.fullmatch(r"(?:[a-z0-9åäö-]+\.)+[a-zåäö]{2,}", one):
                raise ValidationError(f"{one} är ingen domän. Skriv till exempel foretag.se.")
        return found


class SeveralAddresses(Several):
    """Mail addresses in small letters."""

    def clean(self, value: Any) -> Any:
        """The addresses; refuses what is none."""
        found = [one.lower() for one in super().clean(value)]
        field = forms.EmailField()
        for one in found:
            try:
                field.clean(one)
            except ValidationError as refusal:
                raise ValidationError(f"{one} är ingen e-postadress.") from refusal
        return found


class SeveralUdiDi(SeveralLines):
    """UDI-DI as they are typed or scanned, one a line; the rest of a scanned code is let go."""

    widget = forms.Textarea(attrs={"rows": 2, "data-scan": True})

    def to_python(self, value: Any) -> str:
        """The text; the separator that no text may hold as it is stands as <GS>."""
        return str(super().to_python(value) or "").replace("\x1d", "<GS>")

    def prepare_value(self, value: Any) -> Any:
        """The numbers one a line."""
        if isinstance(value, list):
            return "\n".join(one.di if isinstance(one, udi.Udi) else str(one) for one in value)
        return value

    def clean(self, value: Any) -> Any:
        """The codes, read; refuses one that cannot be."""
        found: dict[str, udi.Udi] = {}
        for one in super().clean(value):
            try:
                read = read_di(one)
            except Refused as refusal:
                raise ValidationError(refusal.reasons) from refusal
            found[read.di] = read
        return list(found.values())


class SeveralChosen(SeveralLines):
    """Things that another field knows one of, one a line."""

    one: type[Chosen[Any]]

    def prepare_value(self, value: Any) -> Any:
        """Each as the field of one writes it."""
        if isinstance(value, list):
            field = self.one("")
            return "\n".join(
                field.written(one) if isinstance(one, Model) else str(one) for one in value
            )
        return value

    def clean(self, value: Any) -> Any:
        """The things; asks when one could be several."""
        field = self.one("")
        return list(dict.fromkeys(field.clean(one) for one in super().clean(value)))


class SeveralUnits(SeveralChosen):
    """Units that exist today, one a line, by name or code."""

    one = UnitField


class SeveralSystems(SeveralChosen):
    """IT systems in use, one a line."""

    one = SystemField


class SeveralModels(SeveralChosen):
    """Products, one a line, by name or number."""

    one = ModelField


def read_di(written: str) -> udi.Udi:
    """The UDI-DI in a whole code or by itself, also HIBC's without + and check character."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9]{4,22}", written):
        return udi.Udi(udi.Agency.HIBC, di=written.upper())
    if re.fullmatch(r"[A-Z0-9]{16}", written) and not written.isdigit():
        return udi.Udi(udi.Agency.ICCBBA, di=written)
    found = udi.read(written, this_year=timezone.localdate().year)
    if not found.di:
        raise udi.NotUdi("Koden säger inte vilken produkt det är. Läs av hela koden.")
    return found
