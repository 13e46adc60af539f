"""The rows a new installation starts with: how long an analysis may wait, how risks are scored, templates."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

from patientsakerhet.cases.defaults import start_deadlines
from patientsakerhet.risk_analysis import starting_templates

START = date(2020, 1, 1)

OURS = "Lokalt mål, ändras av regionen. Ingen lag anger hur fort en riskanalys ska göras."
FOLLOWED = (
    "Lokalt mål, ändras av regionen. Uppdragsgivaren följer upp att åtgärderna gav den effekt som "
    "det var tänkt; hur snart är inte föreskrivet."
)
DEADLINES = (
    ("commissioned", "Analysen börjar", 10, "working_days", 3, 5, OURS),
    ("analysing", "Analysen är klar", 60, "calendar_days", 14, 14, OURS),
    ("deciding", "Beslut om åtgärder", 15, "working_days", 5, 5, OURS),
    ("follow_up", "Uppföljd och avslutad", 365, "calendar_days", 30, 60, FOLLOWED),
)

HANDBOOK = (
    "Orden följer handboken Riskanalys & händelseanalys (Socialstyrelsen m.fl. 2009, SKL 2015); "
    "förklaringar och gränser återges ur minnet och ska kontrolleras mot den. Att det som kan bli "
    "allvarligt byggs bort även när det är osannolikt är ett råd från Socialstyrelsen."
)
RJL = (
    "Effekt gånger sannolikhet gånger upptäckt på skalor 1 till 10 används i andra regioner. "
    "Gränserna är ett förslag att börja med och ändras av regionen; ingen föreskrift anger dem."
)
SEVERITY = (
    ("Mindre", "Obehag eller obetydlig skada."),
    ("Måttlig", "Övergående funktionsnedsättning, förlängd vårdtid eller förhöjd vårdnivå för en eller två patienter."),
    ("Betydande", "Bestående måttlig funktionsnedsättning, förlängd vårdtid eller förhöjd vårdnivå för tre eller fler patienter."),
    ("Katastrofal", "Dödsfall, självmord eller bestående stor funktionsnedsättning."),
)  # fmt: skip
PROBABILITY = (
    ("Mycket liten", "Ungefär en gång om året, eller mer sällan."),
    ("Liten", "Ungefär en gång i månaden."),
    ("Stor", "Ungefär en gång i veckan."),
    ("Mycket stor", "Ungefär en gång om dagen."),
)
EFFECT_10 = (
    ("Ingen", "Märks inte."),
    ("Mycket liten", "Märks av några få, ingen olägenhet."),
    ("Liten", "Obehag som går över."),
    ("Ganska liten", "Extra kontroll eller besök."),
    ("Måttlig", "Lindrig skada som går över."),
    ("Ganska stor", "Övergående skada som behöver behandling."),
    ("Stor", "Förlängd vårdtid eller förhöjd vårdnivå."),
    ("Mycket stor", "Bestående måttlig skada."),
    ("Allvarlig", "Bestående stor skada."),
    ("Katastrofal", "Dödsfall, eller flera svårt skadade."),
)
OFTEN_10 = (
    ("Nästan omöjligt", "Har aldrig hänt någonstans."),
    ("Ytterst sällan", "En gång på tio år."),
    ("Mycket sällan", "En gång på fem år."),
    ("Sällan", "Vartannat år."),
    ("Någon gång", "En gång om året."),
    ("Då och då", "Några gånger om året."),
    ("Ganska ofta", "En gång i månaden."),
    ("Ofta", "En gång i veckan."),
    ("Mycket ofta", "Flera gånger i veckan."),
    ("Ständigt", "Varje dag."),
)
FOUND_10 = (
    ("Säkert", "En spärr hindrar felet."),
    ("Nästan säkert", "Larmar alltid, genast."),
    ("Mycket troligt", "Larmar oftast."),
    ("Troligt", "Syns vid den vanliga kontrollen."),
    ("Ganska troligt", "Syns om någon kontrollerar."),
    ("Tveksamt", "Syns för den som är erfaren."),
    ("Ganska otroligt", "Syns först vid nästa steg."),
    ("Otroligt", "Syns oftast först hos patienten."),
    ("Mycket otroligt", "Syns först när skadan har skett."),
    ("Upptäcks inte", "Ingen kontroll finns."),
)


def _scale(name: str, steps: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """A factor's words and what they mean, as a method keeps them."""
    return {
        f"{name}_labels": [word for word, _ in steps],
        f"{name}_texts": [text for _, text in steps],
    }


METHODS: tuple[dict[str, Any], ...] = (
    {
        "code": "matris",
        "name": "Riskmatris 4 × 4",
        "rank": 1,
        **_scale("severity", SEVERITY),
        **_scale("probability", PROBABILITY),
        "medium_from": 4,
        "high_from": 8,
        "measure_from": 8,
        "measure_from_severity": 3,
        "review_from_severity": 3,
        "review_from_score": 8,
        "basis": HANDBOOK,
        "standing": "practice",
    },
    {
        "code": "fmea",
        "name": "FMEA, 1 till 10",
        "rank": 2,
        **_scale("severity", EFFECT_10),
        **_scale("probability", OFTEN_10),
        **_scale("detection", FOUND_10),
        "medium_from": 60,
        "high_from": 150,
        "measure_from": 100,
        "measure_from_severity": 9,
        "review_from_severity": 3,
        "review_from_score": 8,
        "basis": RJL,
        "standing": "local",
    },
)


def install(apps: Any = installed) -> None:
    """The starting rows are there; rows that somebody has changed are left as they are."""
    start_deadlines(apps, "risk_analysis", DEADLINES, valid_from=START)
    method = apps.get_model("risk_analysis", "ScoringMethod")
    if not method.objects.exists():
        method.objects.bulk_create(method(**one, valid_from=START) for one in METHODS)
    template = apps.get_model("risk_analysis", "AnalysisTemplate")
    if not template.objects.exists():
        template.objects.bulk_create(template(**one) for one in starting_templates.TEMPLATES)
