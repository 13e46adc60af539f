"""The rows a new installation starts with: the kinds of report, each with its ground and what it asks for.

Each ground says how sure it is; the region's own people change them from a day under Inställningar.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

START = date(2020, 1, 1)

CHIEF, OPERATION, SECURITY = "decide_lex_maria", "decide_report", "decide_security_report"

_Field = tuple[str, str, str, str, bool]

WHO: tuple[_Field, ...] = (
    ("provider", "Vårdgivare", "", "provider", True),
    ("organisation_number", "Organisationsnummer", "", "organisation_number", False),
    ("contact", "Kontaktperson", "Namn, befattning, telefon och e-post.", "", True),
    ("unit", "Enhet där det hände", "", "unit", True),
    ("number", "Vårt ärendenummer", "", "number", False),
)
EVENT: tuple[_Field, ...] = (
    ("occurred", "När hände det?", "", "occurred", True),
    ("discovered", "När upptäcktes det?", "", "discovered", False),
    ("what_happened", "Vad hände?", "Utan namn och personnummer.", "what_happened", True),
    ("consequence", "Vad blev följden?", "", "consequence", True),
    ("could_have_happened", "Vad kunde det ha lett till?", "", "could_have_happened", False),
    ("immediate_action", "Vad gjordes direkt?", "", "immediate_action", True),
)
ANALYSIS: tuple[_Field, ...] = (
    ("timeline", "Händelseförlopp", "", "timeline", False),
    ("causes", "Orsaker och bidragande faktorer", "", "causes", False),
    ("similar_before", "Liknande händelser tidigare", "Också att ni har sökt och inte hittat några.", "similar_before", True),
    ("measures", "Åtgärder med ansvarig och tidplan", "", "measures", False),
)  # fmt: skip
PRODUCT: tuple[_Field, ...] = (
    ("product", "Produkt", "Slag och handelsnamn.", "product", True),
    ("model_number", "Modell- eller artikelnummer", "", "model_number", False),
    ("serial", "Serie- eller lotnummer", "", "serial", False),
    ("udi", "UDI", "", "udi", False),
    ("software_version", "Programversion", "", "software_version", False),
    ("manufacturer", "Tillverkare", "", "manufacturer", True),
    ("marking", "CE-märkt, specialanpassad eller egentillverkad", "", "", False),
    ("kept", "Var finns produkten nu?", "Spara den som den är. Reparera och återanvänd den inte.", "kept", True),
)  # fmt: skip

LEX_MARIA_FORM = (
    "Fälten är en hjälp och inte blanketten: stäm av mot IVO:s blankett innan ni skickar in."
)
TARGET = (
    "Internt mål, ändras av regionen. Lagen säger ”snarast” och anger inget antal dagar; målet säger "
    "inte att anmälan är i tid."
)
STRAY = (
    "I tvåmånadersfristen för utredningen är det inte klarlagt när den börjar räknas; kontrollera i "
    "HSLF-FS 2017:41."
)

KINDS: tuple[dict[str, Any], ...] = (
    {
        "key": "lex_maria",
        "name": "Lex Maria",
        "authority": "IVO",
        "basis": (
            "Patientsäkerhetslagen (2010:659) 3 kap. 5 §: händelser som har medfört eller hade kunnat "
            f"medföra en allvarlig vårdskada anmäls till IVO. Utredningen lämnas samtidigt eller snarast därefter. {STRAY}"
        ),
        "standing": "law",
        "when": "Snarast efter händelsen.",
        "clock": "event",
        "decided_with": CHIEF,
        "own_event_only": True,
        "channels": ["e_service", "post"],
        "never_by_mail": True,
        "address": (
            "IVO:s e-tjänst eller post till IVO:s regionala avdelning. Aldrig e-post eller fax. Patientens namn "
            f"och personnummer skrivs direkt i e-tjänsten, inte här. {LEX_MARIA_FORM}"
        ),
        "target": (14, "calendar_days", TARGET, "local"),
        "fields": (
            *WHO, *EVENT,
            ("why_serious", "Varför bedöms det som allvarligt?", "", "", True),
            *ANALYSIS,
            ("patient_told", "Är patienten eller en närstående informerad?", "När, av vem, och om det är antecknat i journalen.", "", True),
            ("patient_account", "Patientens eller närståendes beskrivning", "", "", False),
            ("staff_account", "Medarbetarnas beskrivning", "", "", False),
            ("elsewhere", "Anmält till någon annan?", "Läkemedelsverket, Strålsäkerhetsmyndigheten, Löf.", "", False),
        ),
        "checklist": (
            ("not_late", "Vi har inte väntat på något som kan skickas senare."),
            ("causes", "Orsakerna är utredda så långt att det går att förstå varför det hände."),
            ("risk", "Riskbedömningen är gjord och beskriven."),
            ("similar", "Det står om något liknande har hänt förut, och varför det i så fall hände igen."),
            ("operation", "Uppgifterna om verksamheten är med."),
            ("patient", "Patienten är informerad och det är antecknat i journalen, eller det står varför inte."),
            ("attachments", "De handlingar som hör till är med."),
        ),
    },
    {
        "key": "lex_maria_compulsory",
        "name": "Allvarlig skada i tvångsvård",
        "authority": "IVO",
        "basis": (
            "Patientsäkerhetslagen (2010:659) 3 kap. 6 §: annan allvarlig skada som följd av säkerhetsbrister "
            "vid en enhet för psykiatrisk tvångsvård eller rättspsykiatrisk vård."
        ),
        "standing": "law",
        "when": "Snarast efter händelsen.",
        "clock": "event",
        "decided_with": CHIEF,
        "own_event_only": True,
        "channels": ["e_service", "post"],
        "never_by_mail": True,
        "address": f"IVO:s e-tjänst eller post. Aldrig e-post eller fax. {LEX_MARIA_FORM}",
        "target": (14, "calendar_days", TARGET, "local"),
        "fields": (*WHO, *EVENT, *ANALYSIS),
        "checklist": (
            ("causes", "Säkerhetsbristen är beskriven."),
            ("attachments", "De handlingar som hör till är med."),
        ),
    },
    {
        "key": "mpa_device",
        "name": "Medicinteknisk händelse till Läkemedelsverket",
        "authority": "Läkemedelsverket",
        "basis": (
            "HSLF-FS 2021:52 5 kap.: fel, funktionsstörning eller brist i märkning eller bruksanvisning som har "
            "lett eller kan leda till död eller allvarlig försämring av hälsan hos patient, användare eller någon "
            "annan. Anmäls både till tillverkaren och till Läkemedelsverket. Händelsen behöver inte vara utredd "
            "först. Anmälan utesluter inte lex Maria."
        ),
        "standing": "law",
        "when": "Snarast efter händelsen. Myndigheten vill inte att ni sorterar bort: är ni osäkra, anmäl.",
        "clock": "event",
        "decided_with": OPERATION,
        "tells_manufacturer": True,
        "channels": ["e_service", "post"],
        "address": (
            "Läkemedelsverkets e-tjänst för hälso- och sjukvården. Den loggar ut och sparar inget på vägen, så ha "
            "underlaget klart. Spara PDF-kopian: den kan skickas till tillverkaren."
        ),
        "target": (7, "calendar_days", TARGET, "local"),
        "fields": (
            *WHO, *PRODUCT, *EVENT,
            ("operator", "Vem använde produkten?", "Personal, patient eller någon annan.", "", False),
            ("how_many", "Hur många produkter och personer berörs?", "", "", False),
            ("examined_by", "Kan tillverkaren undersöka produkten?", "", "", False),
            ("safety_notice", "Säkerhetsmeddelande om produkten", "", "safety_notice", False),
            ("similar_before", "Liknande händelser tidigare", "", "similar_before", False),
        ),
        "checklist": (
            ("kept", "Produkten är märkt, undanställd och sparad som den var."),
            ("identity", "Produktens beteckningar är avlästa på produkten."),
            ("manufacturer", "Det är bestämt vem som informerar tillverkaren."),
        ),
    },
    {
        "key": "ivo_in_house_device",
        "name": "Egentillverkad produkt till IVO",
        "authority": "IVO",
        "basis": (
            "HSLF-FS 2021:52 5 kap.: händelser med egentillverkade medicintekniska produkter anmäls till IVO i "
            "stället för till Läkemedelsverket."
        ),
        "standing": "law",
        "when": "Snarast efter händelsen.",
        "clock": "event",
        "decided_with": CHIEF,
        "own_event_only": True,
        "channels": ["e_service", "post"],
        "never_by_mail": True,
        "address": "IVO:s e-tjänst eller post. Aldrig e-post.",
        "target": (7, "calendar_days", TARGET, "local"),
        "fields": (*WHO, *PRODUCT, *EVENT, *ANALYSIS),
        "checklist": (("kept", "Produkten är märkt, undanställd och sparad som den var."),),
    },
    {
        "key": "reidar",
        "name": "ReidarMTP",
        "authority": "ReidarMTP",
        "basis": (
            "Praxis: nationell databas över avvikelser i användningen av medicintekniska produkter. Ingen lag "
            "kräver det. Vem som förvaltar databasen och vilka fält den har är inte verifierat."
        ),
        "standing": "practice",
        "when": "När utredningen är klar.",
        "clock": "filed",
        "decided_with": OPERATION,
        "channels": ["e_service"],
        "address": "Läggs in för hand i databasen, avidentifierat. Skriv kvittensnumret som diarienummer.",
        "target": None,
        "fields": (
            *PRODUCT[:1], ("product_group", "Produktgrupp", "", "", False),
            ("what_happened", "Vad hände?", "Avidentifierat.", "what_happened", True),
            ("causes", "Orsak", "", "causes", False),
            ("measures", "Åtgärd", "", "measures", False),
        ),
        "checklist": (("deidentified", "Texten är avidentifierad: varken patient, medarbetare eller enhet går att känna igen."),),
    },
    {
        "key": "work_environment",
        "name": "Arbetsmiljöverket",
        "authority": "Arbetsmiljöverket",
        "basis": (
            "Arbetsmiljölagen (1977:1160) 3 kap. 3 a §: dödsfall, svårare personskada, flera skadade samtidigt "
            "eller allvarligt tillbud i arbetet."
        ),
        "standing": "law",
        "when": "Utan dröjsmål.",
        "clock": "event",
        "decided_with": OPERATION,
        "own_event_only": True,
        "channels": ["e_service", "phone"],
        "address": "Arbetsmiljöverkets e-tjänst. Skyddsombudet ska få veta om anmälan.",
        "target": (1, "calendar_days", (
            "Internt mål, ändras av regionen. Lagen säger ”utan dröjsmål” och anger inget antal dagar; målet säger "
            "inte att anmälan är i tid."
        ), "local"),
        "fields": (*WHO, *EVENT[:1], *EVENT[2:]),
        "checklist": (("safety_rep", "Skyddsombudet har fått veta om händelsen."),),
    },
    {
        "key": "imy_breach",
        "name": "Personuppgiftsincident",
        "authority": "IMY",
        "basis": (
            "Dataskyddsförordningen (EU) 2016/679 artikel 33: personuppgiftsincident som medför en risk för "
            "fysiska personers rättigheter och friheter. Har inte lästs i författningstexten här; kontrollera."
        ),
        "standing": "law",
        "when": "Inom 72 timmar efter att den blev känd. Det som saknas då kan lämnas senare, med skäl.",
        "clock": "awareness",
        "decided_with": SECURITY,
        "own_event_only": True,
        "channels": ["e_service", "post"],
        "address": "IMY:s e-tjänst. Rådfråga dataskyddsombudet.",
        "target": (72, "hours", (
            "Dataskyddsförordningen artikel 33.1: 72 timmar efter att ha fått vetskap. Är tiden redan ute anmäls "
            "ändå, med skälet till dröjsmålet."
        ), "law"),
        "fields": (
            *WHO, ("discovered", "När blev det känt?", "", "discovered", True),
            ("what_happened", "Vad hände?", "", "what_happened", True),
            ("system", "System", "", "system", False),
            ("people", "Hur många och vilka sorters personer berörs?", "", "", True),
            ("data", "Vilka sorters uppgifter?", "", "", True),
            ("consequence", "Sannolika följder för de berörda", "", "consequence", True),
            ("immediate_action", "Vad är gjort och vad planeras?", "", "immediate_action", True),
            ("delay", "Varför anmäls det senare än 72 timmar?", "Om så är fallet.", "", False),
        ),
        "checklist": (
            ("dpo", "Dataskyddsombudet är tillfrågat."),
            ("people_told", "Det är prövat om de berörda ska informeras."),
        ),
    },
    *(
        {
            "key": key,
            "name": name,
            "authority": "Myndigheten för civilt försvar",
            "basis": (
                "Cybersäkerhetslagen (2025:1506) och föreskrifter till den: betydande incidenter anmäls i steg. "
                "Vad som är betydande, och vilken myndighet som har tillsyn, är inte verifierat här; kontrollera."
            ),
            "standing": "law",
            "when": when,
            "clock": "awareness",
            "decided_with": SECURITY,
            "own_event_only": True,
            "channels": ["e_service", "message"],
            "address": "Myndighetens portal för incidentanmälan (IRON). Uppgifterna om incidenten är känsliga.",
            "target": (amount, measured, (
                f"Cybersäkerhetslagen (2025:1506): {when.lower()} Läst i sammanfattningar, inte i författningstexten; kontrollera."
            ), "law"),
            "fields": (
                *WHO, ("system", "System och tjänster som berörs", "", "system", True),
                ("discovered", "När blev det känt?", "", "discovered", True),
                ("what_happened", "Vad har hänt?", "", "what_happened", True), *extra,
            ),
            "checklist": (("significant", "Det är prövat varför incidenten är betydande."),),
        }
        for key, name, when, amount, measured, extra in (
            ("nis2_early_warning", "NIS2, tidig varning", "Inom 24 timmar från att den blev känd.", 24, "hours", (
                ("suspected", "Misstänks brott eller följder i andra länder?", "", "", False),
            )),
            ("nis2_notification", "NIS2, incidentanmälan", "Inom 72 timmar från att den blev känd.", 72, "hours", (
                ("consequence", "Allvar och påverkan", "", "consequence", True),
                ("immediate_action", "Vad är gjort?", "", "immediate_action", False),
            )),
            ("nis2_final", "NIS2, slutrapport", "Inom en månad från incidentanmälan.", 30, "calendar_days", (
                ("causes", "Orsak", "", "causes", True), ("measures", "Åtgärder", "", "measures", True),
            )),
        )
    ),
    {
        "key": "radiation_safety",
        "name": "Strålsäkerhetsmyndigheten",
        "authority": "Strålsäkerhetsmyndigheten",
        "basis": (
            "Strålskyddslagen (2018:396) och myndighetens föreskrifter om oplanerade händelser med strålning. "
            "Paragrafen är inte verifierad här; kontrollera med strålningsfysiker."
        ),
        "standing": "law",
        "when": "Utan dröjsmål; fråga strålningsfysiker.",
        "clock": "event",
        "decided_with": OPERATION,
        "own_event_only": True,
        "channels": ["e_service", "mail", "phone"],
        "address": "Enligt myndighetens anvisning.",
        "target": None,
        "fields": (*WHO, *EVENT, ("dose", "Uppskattad stråldos", "", "", False), *ANALYSIS[1:]),
        "checklist": (("physicist", "Strålningsfysiker är tillfrågad."),),
    },
)  # fmt: skip


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    kind = apps.get_model("authority_reports", "ReportKind")
    if not kind.objects.exists():
        kind.objects.bulk_create(
            kind(position=10 * place, valid_from=START, **_row(one))
            for place, one in enumerate(KINDS, start=1)
        )


def _row(told: dict[str, Any]) -> dict[str, Any]:
    """One kind as its row holds it."""
    row = {key: told[key] for key in told if key not in {"fields", "checklist", "target"}}
    amount, measured, basis, standing = told["target"] or (None, "", "", "")
    return {
        **row,
        "target_amount": amount,
        "target_measured": measured,
        "target_basis": basis,
        "target_standing": standing,
        "fields": [
            dict(zip(("key", "label", "help", "source", "required"), one, strict=True))
            for one in told["fields"]
        ],
        "checklist": [dict(zip(("key", "text"), one, strict=True)) for one in told["checklist"]],
    }
