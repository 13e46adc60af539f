"""The rows a new installation starts with. Categories and limits are ours, marked so, and editable."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases.defaults import start_deadlines

OURS = (
    "Varsams förslag att börja med. Regionen ändrar det under Inställningar; "
    "gamla koder står kvar på gamla ärenden."
)
NATIONAL = (
    "Områdena i den nationella metoden för händelseanalys (Riskanalys & händelseanalys, "
    "Socialstyrelsen m.fl. 2009, SKL 2015). Kontrollera mot handboken."
)
START = date(2020, 1, 1)

CODES: dict[str, tuple[str, str, tuple[tuple[str, str, str], ...]]] = {
    "deviation_kind": (
        "Typ av avvikelse",
        OURS,
        (
            ("delivery", "Leverans", ""),
            ("service", "Tjänst", ""),
            ("medical_device", "Medicinteknisk produkt", ""),
            ("work_environment", "Arbetsmiljö", ""),
            ("internal_routine", "Intern rutin", ""),
            ("improvement", "Förbättringsförslag", ""),
            ("complaint", "Klagomål eller synpunkt", ""),
            ("care", "Vård", ""),
            ("information_security", "Informationssäkerhet", ""),
        ),
    ),
    "event_class": (
        "Händelseklass",
        OURS,
        (
            ("it", "IT och telefoni", ""),
            ("it.login", "Inloggning och behörighet", "it"),
            ("it.outage", "Driftstörning", "it"),
            ("it.network", "Nätverk", "it"),
            ("it.telephony", "Telefoni", "it"),
            ("it.integration", "Integration och meddelanden", "it"),
            ("it.client", "Dator och skrivare", "it"),
            ("it.change", "Uppdatering och ändring", "it"),
            ("it.performance", "Prestanda", "it"),
            ("it.support", "Support och handläggningstid", "it"),
            ("it.information", "Information", "it"),
            ("it.other", "Övrigt, IT", "it"),
            ("device", "Medicinteknik", ""),
            ("device.infusion", "Infusion", "device"),
            ("device.monitoring", "Övervakning", "device"),
            ("device.ventilation", "Ventilation", "device"),
            ("device.imaging", "Bilddiagnostik", "device"),
            ("device.laboratory", "Laboratorium", "device"),
            ("device.dialysis", "Dialys", "device"),
            ("device.aids", "Hjälpmedel", "device"),
            ("device.software", "Medicinteknisk programvara", "device"),
            ("device.service", "Service och underhåll", "device"),
            ("device.accessories", "Tillbehör och förbrukning", "device"),
            ("device.other", "Övrigt, medicinteknik", "device"),
            ("care", "Vård", ""),
            ("care.medication", "Läkemedel", "care"),
            ("care.referral", "Remiss och svar", "care"),
            ("care.fall", "Fall", "care"),
            ("care.infection", "Vårdrelaterad infektion", "care"),
            ("care.documentation", "Dokumentation", "care"),
            ("care.other", "Övrigt, vård", "care"),
            ("reorganisation", "Omorganisation", ""),
        ),
    ),
    "cause_class": (
        "Orsaksklass",
        OURS,
        (
            ("communication", "Kommunikation och information", ""),
            ("communication.handover", "Överrapportering", "communication"),
            ("communication.written", "Skriftlig information", "communication"),
            ("competence", "Utbildning och kompetens", ""),
            ("competence.introduction", "Introduktion", "competence"),
            ("environment", "Omgivning och organisation", ""),
            ("environment.staffing", "Bemanning", "environment"),
            ("environment.reorganisation", "Omorganisation", "environment"),
            ("technology", "Teknik, utrustning och apparatur", ""),
            ("technology.design", "Konstruktion", "technology"),
            ("technology.maintenance", "Underhåll", "technology"),
            ("technology.change", "Ändring utan tillräcklig test", "technology"),
            ("procedures", "Procedurer, rutiner och riktlinjer", ""),
            ("procedures.missing", "Rutin saknas", "procedures"),
            ("procedures.unclear", "Rutin är otydlig", "procedures"),
            ("procedures.departed", "Medvetet avsteg", "procedures"),
        ),
    ),
    "cause_area": (
        "Orsaksområde",
        NATIONAL,
        (
            ("communication_information", "Kommunikation & information", ""),
            ("training_competence", "Utbildning & kompetens", ""),
            ("environment_organisation", "Omgivning & organisation", ""),
            ("technology_equipment", "Teknik, utrustning & apparatur", ""),
            ("procedures_guidelines", "Procedurer, rutiner & riktlinjer", ""),
            ("barriers", "Skyddsbarriärer som brast eller saknades", ""),
        ),
    ),
}

INVESTIGATE = (
    "Lokalt mål, ändras av regionen. Patientsäkerhetslagen (2010:659) 3 kap. 3 § kräver att "
    "händelsen utreds men anger ingen tid."
)
TIME_PLAN = (
    "Lokalt mål, ändras av regionen. Patientsäkerhetslagen (2010:659) 3 kap. 2 § kräver en tidsplan "
    "för åtgärder som inte vidtas genast."
)
DEADLINES = (
    ("reported", "Koordineras", 7, "calendar_days", 2, 7, INVESTIGATE),
    ("in_coordination", "Ges till en enhet", 7, "calendar_days", 2, 7, INVESTIGATE),
    ("returned", "Rapportören svarar", 10, "calendar_days", 3, 10, INVESTIGATE),
    ("assigned", "Tas emot av enheten", 5, "calendar_days", 2, 5, INVESTIGATE),
    ("in_investigation", "Orsaken är utredd", 30, "calendar_days", 7, 14, INVESTIGATE),
    ("in_action", "Åtgärderna är klara", 90, "calendar_days", 14, 30, TIME_PLAN),
    ("follow_up", "Effekten är uppföljd", 180, "calendar_days", 14, 30, TIME_PLAN),
)

SCALE = {
    "name": "Fyra gånger fyra",
    "severity_labels": ["Mindre", "Måttlig", "Betydande", "Katastrofal"],
    "severity_texts": [
        "Obehag eller obetydlig skada",
        "Övergående funktionsnedsättning, eller förlängd vårdtid eller förhöjd vårdnivå "
        "för en eller två patienter",
        "Bestående måttlig funktionsnedsättning, eller förlängd vårdtid eller förhöjd vårdnivå "
        "för tre eller fler",
        "Dödsfall, självmord eller bestående stor funktionsnedsättning",
    ],
    "probability_labels": ["Mycket liten", "Liten", "Stor", "Mycket stor"],
    "probability_texts": [
        "Ungefär en gång om året eller mer sällan",
        "Ungefär varje månad",
        "Ungefär varje vecka",
        "Ungefär varje dag",
    ],
    "medium_from": 4,
    "high_from": 8,
    "analysis_from_score": 8,
    "analysis_from_severity": 3,
    "basis": (
        "Orden följer handboken Riskanalys & händelseanalys (Socialstyrelsen m.fl. 2009, SKL 2015); "
        "förklaringar och färggränser återges ur minnet och ska kontrolleras mot den. Händelseanalys "
        "från 8 poäng eller allvarlighet 3 är ett exempel ur en kommunal rutin."
    ),
}


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    system_model, code_model = (
        apps.get_model("cases", "CodeSystem"),
        apps.get_model("cases", "Code"),
    )
    for key, (name, origin, codes) in CODES.items():
        system, _ = system_model.objects.get_or_create(
            key=key, defaults={"name": name, "origin": origin}
        )
        if code_model.objects.filter(system=system).exists():
            continue
        made: dict[str, Any] = {}
        for position, (code, label, parent) in enumerate(codes, start=1):
            made[code] = code_model.objects.create(
                system=system,
                code=code,
                label=label,
                parent=made.get(parent),
                position=position * 10,
                valid_from=START,
            )
    start_deadlines(apps, "deviation", DEADLINES, valid_from=START)
    scale = apps.get_model("avvikelse", "RiskScale")
    if not scale.objects.exists():
        scale.objects.create(**SCALE, valid_from=START)
