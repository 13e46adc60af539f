"""Classifications to start from: the texts of some common sorts of systems, and risks that come back."""

from __future__ import annotations

from typing import Any


def _risk(
    title: str, threatens: str, severity: int, likelihood: int, **texts: str
) -> dict[str, Any]:
    told = {"cause": "", "consequence": "", "controls": "", **texts}
    return {
        "title": title,
        "threatens": threatens,
        "severity": severity,
        "likelihood": likelihood,
        **told,
    }


TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "name": "Vårdsystem med patientuppgifter",
        "text": "Journal, läkemedel, svar, bokning: allt där uppgifter om patienter dokumenteras.",
        "content": {
            "information": "Uppgifter om patienter: identitet, kontakter, hälsa, vård och läkemedel.",
            "reasons": {
                "confidentiality": "Uppgifter om hälsa omfattas av sekretess. Vem drabbas om de röjs?",
                "integrity": "Vad händer patienten om en uppgift är fel eller saknas?",
                "availability": "Hur länge klarar sig vården utan uppgifterna, och med vilken reservrutin?",
                "traceability": "Vem som läste och ändrade ska kunna visas i efterhand.",
            },
            "risks": [
                _risk(
                    "Obehörig läser uppgifter om en patient",
                    "confidentiality",
                    3,
                    2,
                    cause="Behörigheter tas inte bort när någon byter arbete.",
                    consequence="Patientens integritet kränks.",
                    controls="Loggar granskas.",
                ),
                _risk(
                    "Systemet går inte att nå under vård",
                    "availability",
                    4,
                    2,
                    cause="Avbrott i nät, drift eller inloggning.",
                    consequence="Ordinationer och svar fördröjs eller uteblir.",
                    controls="Reservrutin på enheten.",
                ),
                _risk(
                    "Uppgifter hamnar på fel patient",
                    "integrity",
                    4,
                    2,
                    cause="Förväxling i gränssnittet eller vid överföring.",
                    consequence="Fel eller utebliven behandling.",
                ),
            ],
        },
    },
    {
        "name": "Medicinteknik som lagrar uppgifter",
        "text": "Utrustning som mäter, visar eller styr och som sparar uppgifter om patienter.",
        "content": {
            "information": "Mätvärden, bilder eller inställningar, med patientens identitet.",
            "reasons": {
                "confidentiality": "Kan uppgifterna knytas till en patient när utrustningen flyttas eller kasseras?",
                "integrity": "Vad händer patienten om ett värde är fel eller hör till någon annan?",
                "availability": "Kan vården fortsätta med annan utrustning?",
                "traceability": "Inställningar och larm ska kunna följas i efterhand.",
            },
            "risks": [
                _risk(
                    "Uppgifter finns kvar när utrustningen kasseras eller lånas ut",
                    "confidentiality",
                    3,
                    3,
                    cause="Minnet raderas inte, och rutin saknas.",
                    consequence="Patientuppgifter röjs.",
                ),
                _risk(
                    "Utrustningen nås utifrån och ändras",
                    "integrity",
                    4,
                    1,
                    cause="Föråldrad programvara i samma nät som annat.",
                    consequence="Fel dos eller uteblivet larm.",
                    controls="Eget nät för medicinteknik.",
                ),
            ],
        },
    },
    {
        "name": "Administrativt system utan patientuppgifter",
        "text": "Personal, lön, inköp, planering.",
        "content": {
            "information": "Uppgifter om anställda, leverantörer eller planering.",
            "reasons": {
                "confidentiality": "Finns skyddade personuppgifter eller uppgifter under sekretess?",
                "integrity": "Vad händer om ett beslut grundas på fel uppgift?",
                "availability": "Hur länge klarar sig verksamheten utan systemet?",
                "traceability": "Vilka beslut måste kunna visas i efterhand?",
            },
            "risks": [
                _risk(
                    "Skyddade personuppgifter om en anställd röjs",
                    "confidentiality",
                    3,
                    1,
                    cause="Uppgiften visas i listor och sökningar.",
                    consequence="En person med skyddade uppgifter blir funnen.",
                ),
            ],
        },
    },
)


def install(apps: Any) -> None:
    """The templates are there; ones that somebody has changed are left as they are."""
    template = apps.get_model("information_security", "ClassificationTemplate")
    if not template.objects.exists():
        template.objects.bulk_create(template(**one, is_ours=True) for one in TEMPLATES)
