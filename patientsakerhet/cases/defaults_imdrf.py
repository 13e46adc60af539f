"""The first level of IMDRF's terms for device events, with Swedish labels of ours, to start with.

The whole annexes are read in from IMDRF's own files (`manage.py import_codes imdrf`); the labels
here stay on the codes whose official term is still the one beside them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

RELEASE = "2024"
START = date(2020, 1, 1)
ORIGIN = (
    "IMDRF, terminology for categorized adverse event reporting, bilaga {annex}, utgåva "
    f"{RELEASE}. Svenska benämningar på första nivån är Varsams egna; resten läses in från "
    "IMDRF:s egna filer."
)
NAMES = {
    "A": "IMDRF A: problem med produkten",
    "B": "IMDRF B: typ av undersökning",
    "C": "IMDRF C: undersökningens fynd",
    "D": "IMDRF D: slutsats",
    "E": "IMDRF E: kliniska tecken och tillstånd",
    "F": "IMDRF F: påverkan på hälsan",
    "G": "IMDRF G: del av produkten",
}
GROUPS_ONLY = frozenset("EG")
"""Annexes whose first level only gathers; a code below it is chosen."""

TERMS = """
A01|Patient Device Interaction Problem|Samspelet mellan patient och produkt
A02|Manufacturing, Packaging or Shipping Problem|Tillverkning, förpackning eller transport
A03|Chemical Problem|Kemiskt problem
A04|Material Integrity Problem|Materialet håller inte
A05|Mechanical Problem|Mekaniskt problem
A06|Optical Problem|Optiskt problem
A07|Electrical/Electronic Property Problem|Elektriskt eller elektroniskt problem
A08|Calibration Problem|Kalibrering
A09|Output Problem|Fel utvärde eller fel resultat
A10|Temperature Problem|Temperatur
A11|Computer Software Problem|Programvara
A12|Connection Problem|Koppling eller anslutning
A13|Communication or Transmission Problem|Kommunikation eller överföring
A14|Infusion or Flow Problem|Infusion eller flöde
A15|Activation, Positioning or Separation Problem|Aktivering, placering eller lossnande
A16|Protective Measures Problem|Skyddsfunktion eller larm
A17|Compatibility Problem|Passar inte ihop med annat
A18|Contamination/Decontamination Problem|Förorening eller rengöring
A19|Environmental Compatibility Problem|Tål inte miljön
A20|Installation-Related Problem|Installation
A21|Labelling, Instructions for Use or Training Problem|Märkning, bruksanvisning eller utbildning
A22|Human-Device Interface Problem|Svår att förstå eller hantera
A23|Use of Device Problem|Användning
A24|Adverse Event Without Identified Device or Use Problem|Händelse utan känt fel på produkt eller användning
A25|No Apparent Adverse Event|Ingen händelse
A26|Insufficient Information|För lite uppgifter
A27|Appropriate Term/Code Not Available|Ingen kod passar
B01|Testing of Actual/Suspected Device|Provning av produkten i händelsen
B02|Testing of Device from Same Lot/Batch Retained by Manufacturer|Provning av samma parti, tillverkarens exemplar
B03|Testing of Device from Same Lot/Batch Returned from User|Provning av samma parti, användarens exemplar
B04|Testing of Device from Other Lot/Batch Retained by Manufacturer|Provning av annat parti, tillverkarens exemplar
B05|Testing of Device from Other Lot/Batch Returned From User|Provning av annat parti, användarens exemplar
B06|Testing of Model Variant|Provning av en variant av modellen
B07|Testing of Raw/Starting Materials|Provning av råmaterial
B08|Testing of Patient Sample or Reference Material Using Manufacturer's Device|Patientprov eller referens, tillverkarens produkt
B09|Testing of Patient Sample or Reference Material Using Reference Method|Patientprov eller referens, referensmetod
B10|Testing of Patient Sample or Reference Material Using Competitor's Device|Patientprov eller referens, annan tillverkares produkt
B11|Historical Data Analysis|Genomgång av tidigare uppgifter
B12|Trend Analysis|Trendanalys
B13|Communication/Interviews|Samtal och intervjuer
B14|Analysis of Production Records|Genomgång av tillverkningsuppgifter
B15|Analysis of Data Provided by User/Third Party|Genomgång av uppgifter från användaren eller annan
B16|Device Not Manufactured by Reporting Manufacturer|Produkten är inte tillverkarens
B17|Device Not Returned|Produkten skickades inte in
B18|Device Discarded|Produkten är kasserad
B19|Incomplete Device Returned|Bara delar skickades in
B20|Device Not Accessible for Testing|Produkten går inte att prova
B21|Type of Investigation Not Yet Determined|Undersökningen är inte bestämd än
B22|Insufficient Information Available|För lite uppgifter
B23|Specimen Requested But Not Provided|Prov begärdes men kom inte
B24|Event History Log Review|Genomgång av produktens logg
C01|Biological Problem Identified|Biologiskt problem
C02|Electrical Problem Identified|Elektriskt problem
C03|Electromagnetic Compatibility Problem Identified|Elektromagnetisk störning
C04|Interoperability Problem Identified|Samverkan mellan produkter
C05|Labeling and Instructions for Use/Maintenance|Märkning och anvisningar
C06|Material and/or Chemical Problem Identified|Material eller kemi
C07|Mechanical Problem Identified|Mekaniskt problem
C08|Optical Problem Identified|Optiskt problem
C09|Clinical Imaging Problem Identified|Bilddiagnostik
C10|Software Problem Identified|Programvara
C11|Thermal Problem|Värme eller kyla
C12|Protective System Problem Identified|Skyddssystem
C13|Operational Problem Identified|Drift
C14|Patient Sample Problem|Patientprov
C15|Environment Problem Identified|Omgivning
C16|Manufacturing Process Problem Identified|Tillverkning
C17|Maintenance Problem Identified|Underhåll
C18|Transport/Storage Problem Identified|Transport eller lagring
C19|No Device Problem Found|Inget fel på produkten
C20|No Findings Available|Inga fynd finns
C21|Results Pending Completion of Investigation|Undersökningen pågår
C22|Appropriate Term/Code Not Available|Ingen kod passar
C23|Usage Problem Identified|Användning
D01|Cause Traced to Device Design|Orsaken är konstruktionen
D02|Cause Traced to Component Failure|Orsaken är en del som gick sönder
D03|Cause Traced to Manufacturing|Orsaken är tillverkningen
D04|Cause Traced to Transport/Storage|Orsaken är transport eller lagring
D05|Cause Traced to Infrastructure|Orsaken är infrastrukturen
D06|Cause Traced to Environment|Orsaken är omgivningen
D07|Cause Traced to Maintenance|Orsaken är underhållet
D08|Cause Traced to Training|Orsaken är utbildningen
D09|Cause Traced to Labeling|Orsaken är märkningen
D10|Cause Traced to Non-Device Related Factors|Orsaken ligger utanför produkten
D11|Cause Traced to User|Orsaken är användningen
D12|Known Inherent Risk of Device|Känd risk med produkten
D13|Falsified Device|Förfalskad produkt
D14|No Problem Detected|Inget fel hittades
D15|Cause Not Established|Orsaken går inte att fastställa
D16|Conclusion Not Yet Available|Slutsatsen är inte klar
D17|Appropriate Term/Code Not Available|Ingen kod passar
D18|Cause Traced to Software Coding|Orsaken är programkoden
D19|Cause Traced to Artificial Intelligence Training/Validation Process|Orsaken är träning eller validering av AI
E01|Nervous System|Nervsystemet
E02|Mental, Emotional and Behavioural Disorders|Psykiska tillstånd
E03|Blood and Lymphatic System|Blod och lymfa
E04|Immune System|Immunsystemet
E05|Vascular System|Blodkärl
E06|Heart|Hjärtat
E07|Respiratory System|Andningsorgan
E08|Eye|Ögat
E09|Ear and Labyrinth|Örat
E10|Gastrointestinal System|Mage och tarm
E11|Hepatic and Biliary System|Lever och gallvägar
E12|Endocrine, Metabolism and Nutrition|Hormoner, ämnesomsättning och näring
E13|Kidney and Urinary Tract|Njurar och urinvägar
E14|Reproductive System and Breast|Könsorgan och bröst
E15|Pregnancy, Childbirth and the Puerperium|Graviditet och förlossning
E16|Musculoskeletal System|Muskler och skelett
E17|Skin and Subcutaneous Tissue|Hud
E18|Neoplasms Benign, Malignant and Unspecified|Tumörer
E19|Infections|Infektioner
E20|Injury|Skador
E21|Procedural Complications|Komplikationer vid ingrepp
E22|Investigations and Diagnostic Tests|Undersökningar och prov
E23|Generalized Disorders|Allmänna tillstånd
E24|Others|Annat
F01|Change in Therapeutic Response|Ändrad effekt av behandlingen
F02|Death|Död
F03|Brain Death|Hjärndöd
F04|Delay to Diagnosis|Försenad diagnos
F05|Delay to Treatment/Therapy|Försenad behandling
F06|Disruption of Subsequent Medical Procedure|Nästa åtgärd stördes
F07|Exacerbation of Existing Condition|Tillståndet förvärrades
F08|Hospitalization or Prolonged Hospitalization|Inläggning eller längre vårdtid
F09|Fetal Harm|Skada på foster
F10|Inadequate/Inappropriate Treatment or Diagnostic Exposure|Fel eller otillräcklig behandling eller undersökning
F11|Minor Injury/Illness/Impairment|Lindrig skada
F12|Serious Injury/Illness/Impairment|Allvarlig skada
F13|Misdiagnosis/Misclassification|Fel diagnos
F14|Prolonged Episode of Care|Förlängt vårdförlopp
F15|Recognised Device or Procedural Complication|Känd komplikation
F16|Reduction in Life Expectancy|Förkortad livslängd
F17|Sedation|Sedering
F18|Rehabilitation|Rehabilitering
F19|Surgical Intervention|Kirurgiskt ingrepp
F20|Serious Public Health Threat|Allvarligt hot mot folkhälsan
F21|Unexpected Deterioration|Oväntad försämring
F22|Unexpected Diagnostic Intervention|Oväntad undersökning
F23|Unexpected Medical Intervention|Oväntad medicinsk åtgärd
F24|Insufficient Information|För lite uppgifter
F25|Unanticipated Adverse Device Effect|Oförutsedd skadlig effekt av produkten
F26|No Health Consequences or Impact|Ingen påverkan på hälsan
F27|No Patient Involvement|Ingen patient berördes
F28|Appropriate Term/Code Not Available|Ingen kod passar
G01|Biological and Chemical|Biologisk eller kemisk del
G02|Electrical and Magnetic|Elektrisk eller magnetisk del
G03|Measurement|Mätande del
G04|Mechanical|Mekanisk del
G05|Optical|Optisk del
G06|Safety|Säkerhetsdel
G07|Others|Annan del
"""
STARTER: dict[str, tuple[str, str]] = {
    code: (term, label)
    for code, term, label in (line.split("|") for line in TERMS.strip().splitlines())
}
"""Code -> the official term and our label."""


def system_key(annex: str) -> str:
    """The code tree of an annex: imdrf_a."""
    return f"imdrf_{annex.lower()}"


def our_label(code: str, term: str) -> str:
    """Our Swedish label while the official term is the one it was made for, otherwise the term."""
    known, label = STARTER.get(code, ("", ""))
    return label if _plain(known) == _plain(term) else term


def install(apps: Any = installed) -> None:
    """The seven trees with their first level are there; a tree that has any code is left alone."""
    system_model, code_model = (
        apps.get_model("cases", "CodeSystem"),
        apps.get_model("cases", "Code"),
    )
    for annex, name in NAMES.items():
        system, _ = system_model.objects.get_or_create(
            key=system_key(annex),
            defaults={"name": name, "origin": ORIGIN.format(annex=annex), "editable": False},
        )
        if code_model.objects.filter(system=system).exists():
            continue
        code_model.objects.bulk_create(
            code_model(
                system=system,
                code=code,
                label=label,
                definition=term,
                position=position * 10,
                release=RELEASE,
                selectable=annex not in GROUPS_ONLY,
                valid_from=START,
            )
            for position, (code, (term, label)) in enumerate(STARTER.items(), start=1)
            if code.startswith(annex)
        )


def _plain(term: str) -> str:
    return term.replace(" ", "").casefold()
