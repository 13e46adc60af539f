"""What the gallery shows: every component's values, invented, in every state."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from patientsakerhet.ui.charts import share_line
from patientsakerhet.ui.forms import Hinted
from patientsakerhet.ui.parts import (
    Act,
    Block,
    Cell,
    Column,
    Event,
    Matrix,
    Step,
    Tab,
    cover,
    matrix,
    table_rows,
)

HERE = "#komponenter"
TONES = (
    ("", "Neutral"),
    ("accent", "Att signera"),
    ("info", "Pågår"),
    ("good", "Åtgärdat"),
    ("warn", "Om 2 dagar"),
    ("bad", "Försenad 2 d"),
)
REPORTERS_STATES = (
    (1, "", "Mottagen"),
    (2, "info", "Utreds"),
    (3, "info", "Åtgärdas"),
    (4, "good", "Klar"),
)
NOTES = (
    ("", "Registret lästes 14:05.", "Nästa läsning sker i natt."),
    ("info", "Svaret väntar.", "Medicinsk teknik har fått frågan och svarar inom en vecka."),
    ("good", "Anmälan är skickad.", "Ditt nummer är AV-2026-01893."),
    ("warn", "Det ser ut som ett personnummer.", "Vi döljer det. Du kan skicka som det är."),
    ("bad", "Filen kunde inte läsas.", "Spara om den som PDF och försök igen."),
)
LONG_TITLE = "Svarstider i journalsystemet över en minut på morgonen när alla loggar in samtidigt"


class FieldsForm(forms.Form):
    """Every kind of field, some of them wrong."""

    title = forms.CharField(
        label="Rubrik", required=False, help_text="Kort. Till exempel: ”Pump larmade inte”."
    )
    day = forms.DateField(
        label="Hände det",
        error_messages={"invalid": "Skriv ett datum som inte ligger framåt i tiden."},
    )
    unit = forms.ChoiceField(
        label="Enhet", choices=[("", "Välj enhet"), ("m4", "Medicinavdelning 4")]
    )
    shift = forms.ChoiceField(
        label="När på dygnet?",
        choices=[("night", "Natt"), ("day", "Dag"), ("evening", "Kväll"), ("", "Vet ej")],
        widget=forms.RadioSelect,
        required=False,
    )
    harm = forms.ChoiceField(
        label="Blev någon skadad?",
        choices=[
            ("near", Hinted("Nej, men det kunde ha hänt", "Ett tillbud")),
            ("yes", Hinted("Ja", "Du får två frågor till efteråt, inte nu")),
            ("unknown", Hinted("Vet ej än", "Vi frågar igen om en vecka")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Välj det som stämmer bäst."},
    )
    affected = forms.MultipleChoiceField(
        label="Vem berördes?",
        choices=[("patient", "Patient"), ("staff", "Medarbetare"), ("visitor", "Besökare")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(
        label="Vad hände?",
        help_text="Skriv vad som hände, inte vem som gjorde fel.",
        widget=forms.Textarea(attrs={"rows": 4, "data-personal-number": True}),
        error_messages={"required": "Skriv vad som hände."},
    )
    moment = forms.SplitDateTimeField(
        label="Upptäcktes",
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "Dag"},
            time_attrs={"type": "time", "aria-label": "Klockslag"},
        ),
    )
    picture = forms.FileField(label="Bild eller dokument", required=False)
    agreed = forms.BooleanField(
        label="Jag vill ha svar",
        help_text="Vi skriver till adressen i din profil.",
        required=False,
    )


class FiltersForm(forms.Form):
    """A search and two filters, as above a list."""

    q = forms.CharField(
        label="Sök i kön", required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    unit = forms.ChoiceField(
        label="Rapporterande enhet", choices=[("", "Alla enheter")], required=False
    )
    severity = forms.ChoiceField(label="Allvarlighet", choices=[("", "Alla")], required=False)


class WritingForm(forms.Form):
    """A message and whom it is for."""

    prefix = "skriv"
    audience = forms.ChoiceField(
        label="Skriv till",
        choices=[
            ("internal", "Internt"),
            ("parties", "Parterna"),
            ("reporter", "Rapportören"),
        ],
        widget=forms.RadioSelect,
        initial="internal",
    )
    text = forms.CharField(label="Meddelande", widget=forms.Textarea(attrs={"rows": 3}))


def context() -> dict[str, object]:
    """Everything the gallery's template shows."""
    now = timezone.now()
    fields = FieldsForm({"title": "", "day": "31 dec. 2026", "unit": "m4", "shift": "evening"})
    columns = [
        Column("Åtgärd", sort_url=HERE),
        Column("Ansvarig"),
        Column("Klar senast", sort_url=HERE, sorted="ascending"),
        Column("Pumpar", end=True),
        Column("Läge"),
    ]
    return {
        "tones": TONES,
        "states": REPORTERS_STATES,
        "notes": NOTES,
        "fields": fields,
        "empty_fields": FieldsForm(auto_id="tom_%s", initial={"shift": "evening"}),
        "filters": FiltersForm(auto_id="filter_%s"),
        "writing": WritingForm(),
        "helps": {
            "internal": "Bara handläggare och samordnare ser detta.",
            "parties": "Medicinsk teknik och Medicinavdelning 2 ser detta.",
            "reporter": "Rapportören ser detta. Skriv så att en kollega utan bakgrund förstår.",
        },
        "trail": [("Ärenden", HERE), ("Medicinteknik", HERE)],
        "views": [
            Tab("Alla", HERE, 41, current=True),
            Tab("Mina", HERE, 6),
            Tab("Utan svar", HERE, 0),
        ],
        "tabs": [
            Tab("Händelse", HERE),
            Tab("Utredning", HERE, current=True),
            Tab("Åtgärder", HERE, 3),
        ],
        "links": [("Spara som vy", HERE), ("Hämta CSV", HERE)],
        "rows": [
            (
                14,
                "AV-2026-01842",
                "Infusionspump larmade inte vid stopp i slangen",
                "Allvarlig risk",
            ),
            (12, "AV-2026-01839", LONG_TITLE, "3 liknande"),
            (0, "AV-2026-01893", "Förslag: gemensam plats för reservpumpar", ""),
        ],
        "waits": [now - timedelta(days=14), now - timedelta(days=9), now - timedelta(minutes=12)],
        "columns": columns,
        "table_rows": table_rows(columns, _measures()),
        "steps": _steps(),
        "blocks": [
            Block("2 åtgärder är öppna", HERE, "En är försenad"),
            Block("Återkoppling till rapportören saknas", HERE),
            Block("Orsak är angiven", done=True),
        ],
        "events": _events(now),
        "matrix": _matrix(),
        "share": share_line(
            "andel",
            "Andel av systemen som är klassade",
            [("mars 2026", 41), ("juni 2026", 48), ("sep. 2026", 45), ("dec. 2026", 62)],
        ),
        "parts": cover(
            [
                ("har åtgärdat", 15, HERE),
                ("åtgärdar nu", 3, HERE),
                ("har inte svarat än", 9, HERE),
                ("berörs inte", 9, HERE),
                ("är försenade", 2, HERE),
            ]
        ),
        "suggested": [
            Act("Koordinera dit", HERE, kind="primary", key="Enter"),
            Act("Annan enhet", HERE, key="e", post=False),
            Act("Avvisa", HERE, kind="quiet", key="a", post=False),
        ],
        "bulk": [
            Act("Ta", HERE, kind="primary"),
            Act("Koordinera till…", HERE),
            Act("Slå ihop…", HERE),
        ],
        "blocked": Act(
            "Stäng ärendet",
            HERE,
            missing=["Återkoppling till rapportören saknas.", "2 åtgärder är öppna."],
        ),
        "ask": Act("Koordinera 3 ärenden", HERE, kind="primary"),
        "facts": [("Hände", "7 nov. 2026 22:40"), ("Produkt", "Volumed 300, MT-20388", HERE)],
        "keys": [(["j", "k"], "nästa, föregående"), (["x"], "markera"), (["?"], "alla")],
        "now": now,
        "number": 1234.5,
    }


def _measures() -> list[list[Cell | str]]:
    return [
        [Cell("Byt trycksensor i alla pumpar över 3 000 timmar", HERE), "Oskar Bergdahl", "15 dec. 2026", "214", Cell("Pågår, 61 av 214", tone="info")],
        [Cell("Kontrollera slangens läge vid varje vändning", HERE), "Sara Nyholm", "20 nov. 2026", "–", Cell("Försenad 2 d", tone="bad")],
        [Cell("Märk reservpumpar med kontrolldatum", HERE), "Ali Rezaei", "18 nov. 2026", "12", Cell("Klar", tone="good")],
    ]  # fmt: skip


def _steps() -> list[Step]:
    return [
        Step("Inkommen", "8 nov. · 0 d", "done"),
        Step("Koordinering", "8 d, mål 7 d", "done", "bad"),
        Step("Orsaksutredning", "pågår, dag 6 av 30", "now"),
        Step("Åtgärd", "2 öppna"),
        Step("Uppföljning"),
        Step("Avslutad", "senast 22 dec. 2026"),
    ]


def _events(now: datetime) -> list[Event]:
    return [
        Event(
            now - timedelta(hours=20),
            "Tack för att du skrev. Pumpen är hos Medicinsk teknik för kontroll.\n\nDu får svar här senast 5 dec. 2026.",
            "Maja Lindqvist",
            "patientsäkerhetssamordnare",
            "reporter",
            "Till rapportören",
        ),
        Event(
            now - timedelta(days=2),
            "Trycksensorn mäter fel efter cirka 3 000 drifttimmar. Förslag till möte tisdag 24 nov. 13:00.",
            "Oskar Bergdahl",
            "medicinteknisk ingenjör",
            "parties",
            "Till parterna: Medicinsk teknik, Medicinavdelning 2",
        ),
        Event(
            now - timedelta(days=3),
            "Samma programversion som i AV-2026-01610. Kandidat för lex Maria.",
            "Maja Lindqvist",
            "",
            "internal",
            "Internt",
        ),
        Event(now - timedelta(days=6), "Ärendet koordinerades till Medicinsk teknik"),
        Event(now - timedelta(days=14), "Rapporten kom in från Medicinavdelning 2"),
    ]


def _matrix() -> Matrix:
    return matrix(
        [(1, "Mindre"), (2, "Måttlig"), (3, "Betydande"), (4, "Katastrofal")],
        [(1, "Mycket liten"), (2, "Liten"), (3, "Stor"), (4, "Mycket stor")],
        band=lambda score: 3 if score >= 8 else 2 if score >= 4 else 1,
        was=(3, 2),
        now=(3, 3),
    )
