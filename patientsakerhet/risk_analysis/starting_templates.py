"""Analyses to start from: the steps of some common changes, and risks that come back in them."""

from __future__ import annotations

from typing import Any

TEMPLATES: tuple[dict[str, Any], ...] = (
    {
        "name": "Nytt eller ändrat IT-system",
        "occasion": "system",
        "text": "När ett vårdsystem införs, byts ut eller får en ny version som ändrar arbetssättet.",
        "content": {
            "steps": [
                {"title": "Förberedelse", "description": "Behörigheter, utbildning, reservrutin."},
                {
                    "title": "Överföring av uppgifter",
                    "description": "Det gamla systemets uppgifter flyttas.",
                },
                {"title": "Driftstart", "description": "Dygnet då systemet tas i bruk."},
                {"title": "Daglig användning", "description": "Ordinera, dokumentera, läsa svar."},
                {"title": "Avbrott", "description": "Planerade och oplanerade avbrott."},
            ],
            "risks": [
                {
                    "step": 1,
                    "title": "Uppgifter om överkänslighet följer inte med till det nya systemet",
                    "cause": "Fälten motsvarar inte varandra; ingen kontroll post för post.",
                    "consequence": "Patienten får ett läkemedel som hon inte tål.",
                    "existing_controls": "Stickprov vid provflytt.",
                },
                {
                    "step": 3,
                    "title": "Ordinationen hamnar på fel patient",
                    "cause": "Två journaler öppna samtidigt; namnet syns dåligt.",
                    "consequence": "Fel läkemedel eller utebliven behandling.",
                    "existing_controls": "",
                },
                {
                    "step": 4,
                    "title": "Reservrutinen fungerar inte vid avbrott",
                    "cause": "Listorna är inte utskrivna; personalen har inte övat.",
                    "consequence": "Läkemedel och svar fördröjs eller uteblir.",
                    "existing_controls": "Reservpärm på enheten.",
                },
            ],
        },
    },
    {
        "name": "Ny eller bytt medicinteknisk utrustning",
        "occasion": "device",
        "text": "När en produkt införs eller byts mot en annan modell på flera enheter.",
        "content": {
            "steps": [
                {
                    "title": "Upphandling och leverans",
                    "description": "Krav, mottagningskontroll, märkning.",
                },
                {
                    "title": "Utbildning",
                    "description": "Vem får använda utrustningen, och hur det syns.",
                },
                {
                    "title": "Användning vid patienten",
                    "description": "Inställning, larm, övervakning.",
                },
                {
                    "title": "Service och rengöring",
                    "description": "Underhåll, laddning, förvaring.",
                },
            ],
            "risks": [
                {
                    "step": 1,
                    "title": "Utrustningen används av någon som inte är utbildad",
                    "cause": "Hyrpersonal och kvällar nås inte av utbildningen.",
                    "consequence": "Fel inställning, utebliven eller fel dos.",
                    "existing_controls": "Introduktionsprogram.",
                },
                {
                    "step": 2,
                    "title": "Larm uppfattas inte",
                    "cause": "Andra larmljud än den tidigare modellens; larmgränser ställs för vitt.",
                    "consequence": "Försämring upptäcks för sent.",
                    "existing_controls": "Larmtest vid start.",
                },
                {
                    "step": 3,
                    "title": "Två modeller med olika handhavande används samtidigt",
                    "cause": "Utbytet sker enhet för enhet.",
                    "consequence": "Förväxling av knappar och enheter.",
                    "existing_controls": "",
                },
            ],
        },
    },
    {
        "name": "Flytt eller sammanslagning av enheter",
        "occasion": "organisation",
        "text": "När verksamhet flyttas, slås ihop eller får ändrad bemanning.",
        "content": {
            "steps": [
                {"title": "Planering", "description": "Bemanning, kompetens, lokaler."},
                {
                    "title": "Överlämning",
                    "description": "Patienter, remisser och provsvar byter ansvarig.",
                },
                {
                    "title": "Flyttdagen",
                    "description": "Utrustning, läkemedel och patienter flyttas.",
                },
                {"title": "Första månaderna", "description": "Nya rutiner, gemensam jour."},
            ],
            "risks": [
                {
                    "step": 1,
                    "title": "Remisser och provsvar saknar mottagare",
                    "cause": "Gamla enhetens inkorg stängs innan allt är besvarat.",
                    "consequence": "Fördröjd diagnos eller behandling.",
                    "existing_controls": "Bevakningslista.",
                },
                {
                    "step": 3,
                    "title": "Kompetens saknas på jourtid",
                    "cause": "Scheman läggs efter antal och inte efter kompetens.",
                    "consequence": "Patienten bedöms för sent.",
                    "existing_controls": "",
                },
            ],
        },
    },
)
