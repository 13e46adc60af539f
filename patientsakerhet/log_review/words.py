"""How what stands in the trail is said in Swedish: what it was about, and what was done."""

from __future__ import annotations

from collections.abc import Mapping

from patientsakerhet.cases.views.past import SPINE

AREAS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "cases": (
        "Ärenden",
        {
            "case": "Ärende",
            "measure": "Åtgärd",
            "attachment": "Fil",
            "receipt": "Kvitto",
            "sealed": "Dold text",
        },
    ),
    "lists": (
        "Listor, sökningar och uttag",
        {
            "list": "Lista",
            "search": "Sökning",
            "export": "Uttag",
            "measures": "Lista över åtgärder",
            "reports": "Lista över rapporter",
            "authority_reports": "Lista över anmälningar",
            "incoming_messages": "Lista över inkomna meddelanden",
            "published_notices": "Lista över publicerade meddelanden",
        },
    ),
    "notices": (
        "Säkerhetsmeddelanden",
        {
            "notice": "Säkerhetsmeddelande",
            "incoming_message": "Inkommet meddelande",
            "incoming_file": "Inkommen fil",
            "published_notice": "Publicerat meddelande",
        },
    ),
    "analyses": (
        "Risker och stora incidenter",
        {"analysis": "Analys", "risk": "Risk", "incident": "Stor incident"},
    ),
    "security": (
        "Informationssäkerhet",
        {
            "classification": "Klassning",
            "impact": "Konsekvensbedömning",
            "follow_up": "Uppföljning",
            "programme": "Program",
            "standing": "Klassningsläge",
        },
    ),
    "figures": (
        "Anmälningar, berättelser och siffror",
        {
            "authority_report": "Anmälan till myndighet",
            "annual_report": "Patientsäkerhetsberättelse",
            "saved_report": "Egen rapport",
            "recalculation": "Omräkning av diagram",
        },
    ),
    "registers": (
        "Register",
        {
            "device": "Apparat",
            "device_model": "Produkt",
            "party": "Tillverkare eller leverantör",
            "system": "IT-system",
            "register": "Register",
            "emdn": "Produktkoder",
            "meeting": "Möte",
            "training": "Utbildning",
            "responsibility": "Ansvar",
            "role_share": "Tjänstgöringsgrad",
        },
    ),
    "sign_in": (
        "Inloggning och nycklar",
        {"sign_in": "Inloggning", "token": "API-nyckel", "page": "Sida"},
    ),
    "people": (
        "Personer, roller och enheter",
        {
            "person": "Person",
            "role": "Roll",
            "absence": "Frånvaro",
            "unit": "Enhet",
            "provider": "Vårdgivare",
        },
    ),
    "rules": (
        "Regler, listor och inläsningar",
        {
            "rule": "Fördelningsregel",
            "deadline_rule": "Tidsgräns",
            "code": "Kod",
            "report_kind": "Slag av anmälan",
            "register_term": "Val i årets register",
            "risk_scale": "Riskskala",
            "scoring_method": "Bedömningsmetod",
            "analysis_template": "Mall för analys",
            "classification_template": "Mall för klassning",
            "security_term": "Ord i informationssäkerhet",
            "import": "Inläsning",
            "message": "Utskick",
        },
    ),
    "log": (
        "Loggen",
        {"log": "Loggen", "log_review": "Loggkontroll", "audit": "Loggens kedja"},
    ),
}
"""Area -> its name, and what the first part of an action is called there."""
OWN = SPINE | {
    "case.read": "Läste ett ärende",
    "list.read": "Såg en lista",
    "search.made": "Sökte",
    "export.made": "Tog ut en fil",
    "sign_in.done": "Loggade in",
    "sign_in.ended": "Loggade ut",
    "sign_in.refused": "Försökte logga in",
    "log.read": "Läste loggen",
}
"""Whole actions: as a case's history says them, and what is no case's."""
NOUNS = {noun: word for _, nouns in AREAS.values() for noun, word in nouns.items()}
DONE = {
    "accepted": "beslutades",
    "added": "lades till",
    "answer": "svar",
    "answered": "besvarades",
    "assessed": "bedömdes",
    "begun": "påbörjades",
    "cancelled": "utgick",
    "changed": "ändrades",
    "checked": "kontrollerades",
    "closed": "avslutades",
    "created": "skapades",
    "deactivated": "stängdes av",
    "decided": "beslutades",
    "described": "beskrevs",
    "done": "gjordes",
    "ended": "avslutades",
    "given": "gavs",
    "given_out": "lämnades ut",
    "judged": "bedömdes",
    "listed": "visades",
    "made": "gjordes",
    "moved": "flyttades",
    "ordered": "beställdes",
    "planned": "planerades",
    "published": "publicerades",
    "put": "sparades",
    "reactivated": "öppnades igen",
    "read": "lästes",
    "read_in": "lästes in",
    "recorded": "antecknades",
    "refused": "nekades",
    "removed": "togs bort",
    "renewed": "förnyades",
    "requested": "begärdes",
    "reviewed": "granskades",
    "scored": "bedömdes",
    "set": "sattes",
    "shared": "delades",
    "signed": "fastställdes",
    "started": "påbörjades",
    "stopped": "stoppades",
    "taken_back": "återtogs",
    "uploaded": "laddades upp",
    "withdrawn": "återtogs",
    "written": "skrevs",
}
"""What the second part of an action tells a reader; of others only the thing is named."""


def said(action: str) -> str:
    """The action in Swedish: its own words, or what it was about and what was done."""
    if action in OWN:
        return OWN[action]
    noun, _, verb = action.partition(".")
    what = NOUNS.get(noun, "Annat")
    done = DONE.get(verb) or ("lästes" if verb.endswith("_read") else "")
    return f"{what}: {done}" if done else what
