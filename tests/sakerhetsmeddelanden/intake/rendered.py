"""Real recalls rendered as the field safety notices that suppliers mail: the truth known for each field.

The product, the maker, the reason and what customers were told come from the U.S. FDA's public
recall records; references, ranges, dates of answer and the like are made up from the record's own
number, the same ones every time.
"""

import csv
import gzip
import html
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

RECALLS = Path(settings.BASE_DIR) / "../shared/data/notices/device_recalls_sweden.csv.gz"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
_MONTHS = "januari februari mars april maj juni juli augusti september oktober november december"
MONTHS_SV = _MONTHS.split()
_MODEL = re.compile(
    r"\b(?:REF|Model (?:No|Number)s?|Model|Catalog (?:No|Number)s?|Catalogue (?:No|Number)s?|"
    r"Product Codes?|Part Numbers?|Item Numbers?|Code|List)[.:#]*\s*:?\s*"
    r"([A-Z0-9][\w./-]*\d[\w./-]*(?:, [A-Z0-9][\w./-]*\d[\w./-]*){0,5})",
)
ACTIONS = {
    "identify": ("Identify Device", "Identifiera produkten"),
    "quarantine": ("Quarantine Device", "Sätt produkten i karantän"),
    "return": ("Return Device", "Returnera produkten"),
    "destroy": ("Destroy Device", "Kassera produkten"),
    "modify": ("On-site device modification/inspection", "Åtgärd på plats/inspektion"),
    "follow_patients": (
        "Follow patient management recommendations",
        "Följ rekommendationer för patienthantering",
    ),
    "take_note": (
        "Take note of amendment/reinforcement of Instructions For Use (IFU)",
        "Ta del av ändrad bruksanvisning",
    ),
    "other": ("Other", "Annat"),
    "none": ("None", "Ingen"),
}
MAKER_ACTIONS = {
    "remove": ("Product Removal", "Återkallelse av produkten"),
    "modify": ("On-site device modification/inspection", "Åtgärd på plats/inspektion"),
    "upgrade": ("Software upgrade", "Programvaruuppdatering"),
    "change_labelling": ("IFU or labelling change", "Ändrad bruksanvisning eller märkning"),
    "other": ("Other", "Annat"),
    "none": ("None", "Ingen"),
}
ENGLISH, SWEDISH = 0, 1


@dataclass(frozen=True)
class Numbers:
    """Which numbers a notice is about: from and to, or one by one; and how they are written."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    """Serial numbers, the last ones included."""
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


@dataclass
class Notice:
    """A notice with everything that stands in it, by the template's codes."""

    number: str
    subject_product: str
    truth: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    numbers: "Numbers | None" = None
    on: date = date(2000, 1, 1)
    reply_by: date | None = None


def recalls() -> list[dict[str, str]]:
    """Every record of the file."""
    with gzip.open(RECALLS, "rt", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def notice(recall: dict[str, str]) -> Notice:
    """What the supplier wants to say about this recall."""
    chance = random.Random(recall["Recall Number"])
    plain = {name: " ".join(html.unescape(value or "").split()) for name, value in recall.items()}
    product = re.split(r"[;,(]| - |\.\s", plain["Trade Name/Product"])[0].strip()[:90]
    maker = plain["Recalling Manufacturer"]
    model = _MODEL.search(plain["Trade Name/Product"])
    made = Notice(plain["Recall Number"], product or maker)
    made.on = _posted(plain["Date Posted"])
    made.reply_by = made.on + timedelta(days=chance.randrange(10, 40))
    reference = f"{chance.choice(['FSN', 'FA', 'FSN', 'CAPA'])}-{made.on.year}-{chance.randrange(100, 9999)}"
    action = plain["Action"].lower()
    user = [
        code
        for code, words in {
            "identify": ("identify", "check", "inventory"),
            "quarantine": ("quarantine", "cease", "discontinue", "stop using"),
            "return": ("return",),
            "destroy": ("destroy", "discard", "dispose"),
            "take_note": ("instructions for use", "labeling", "addendum"),
        }.items()
        if any(word in action for word in words)
    ] or ["identify"]
    maker_action = (
        "upgrade"
        if "software" in action
        else "remove"
        if "return" in action
        else "change_labelling"
    )
    made.numbers, software = (
        _range(chance),
        f"{chance.randrange(1, 9)}.{chance.randrange(0, 20)}.{chance.randrange(0, 9)}",
    )
    made.truth = {
        "fsn_ref": reference,
        "fsca_ref": f"FSCA-{made.number}",
        "date": made.on.isoformat(),
        "1.2": made.subject_product,
        "1.3": _gtin(chance),
        "1.5": model[1].rstrip(".,")
        if model
        else f"M{chance.randrange(1000, 9999)}-{chance.choice('ABC')}",
        "1.6": software,
        "1.7": made.numbers.text,
        "2.1": plain["Reason for Recall"],
        "3.1": "\n".join(code for code in ACTIONS if code in user),
        "3.4": "yes",
        "3.4_by": made.reply_by.isoformat(),
        "3.5": maker_action,
        "4.1": "new",
        "4.7": maker,
    }
    return made


def _posted(written: str) -> date:
    return datetime.strptime(written, "%B %d, %Y").replace(tzinfo=STOCKHOLM).date()


def _gtin(chance: random.Random) -> str:
    body = f"0{chance.randrange(10**11, 10**12)}"
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def _range(chance: random.Random) -> Numbers:
    """Serial and lot numbers as suppliers write them."""
    first = chance.randrange(1000, 80000)
    lot = f"{chance.choice('ABCDEFGH')}{first}"
    other = f"{chance.choice('KLMN')}{first + 7}"
    one, more = (first + 600,) * 2, (first + 400,) * 2
    return chance.choice(
        [
            Numbers(f"SN {first}-{first + 499}, {first + 600}", ((first, first + 499), one)),
            Numbers(f"{first} to {first + 1200}", ((first, first + 1200),)),
            Numbers(f"Lot {lot}, {lot}-1, {lot}-2", lots=(lot, f"{lot}-1", f"{lot}-2")),
            Numbers(f"{lot}, {other}", serials=(lot, other)),
            Numbers(f"SN {first}–{first + 250} and {first + 400}", ((first, first + 250), more)),
        ]
    )


# --- how days are written ----------------------------------------------------------------------


def day(on: date, chance: random.Random, tongue: int) -> str:
    """The day in one of the forms of the language."""
    if tongue == SWEDISH:
        forms = [
            on.isoformat(),
            f"{on.day} {MONTHS_SV[on.month - 1]} {on.year}",
            f"den {on.day} {MONTHS_SV[on.month - 1]} {on.year}",
        ]
    else:
        forms = [
            on.strftime(f"%B {on.day}, %Y"),
            on.strftime(f"{on.day} %B %Y"),
            on.strftime("%d-%b-%Y"),
            on.isoformat(),
        ]
    return chance.choice(forms)


# --- layouts ------------------------------------------------------------------------------------


def _boxes(chosen: str, actions: dict[str, tuple[str, str]], tongue: int, marks: str) -> str:
    full, empty = marks.split("|")
    return "\n".join(
        f"{full if code in chosen.split() else empty} {words[tongue]}"
        for code, words in actions.items()
    )


_EC = {
    ENGLISH: (
        "FSN Ref: {fsn_ref}    FSCA Ref: {fsca_ref}",
        "Date: {date}",
        "Urgent Field Safety Notice",
        "Device Commercial Name: {name}",
        "For Attention of*: Medical device coordinator, head of department",
        "1. Information on Affected Devices*",
        [
            ("1. Device Type(s)*", "Medical device for professional use"),
            ("2. Commercial name(s)*", "{name}"),
            ("3. Unique Device Identifier(s) (UDI-DI)", "{1.3}"),
            ("4. Primary clinical purpose of device(s)*", "As described in the instructions for use."),
            ("5. Device Model/Catalogue/part number(s)*", "{1.5}"),
            ("6. Software version", "{1.6}"),
            ("7. Affected serial or lot number range", "{1.7}"),
            ("8. Associated devices", "None"),
        ],
        "2. Reason for Field Safety Corrective Action (FSCA)*",
        [
            ("1. Description of the product problem*", "{2.1}"),
            ("2. Hazard giving rise to the FSCA*", "See the description of the problem."),
        ],
        "3. Type of Action to mitigate the risk*",
        [
            ("1. Action To Be Taken by the User*", "{3.1}"),
            ("2. By when should the action be completed?", "Immediately"),
            ("4. Is customer Reply Required? *", "Yes, return the form no later than {3.4_by}"),
            ("5. Action Being Taken by the Manufacturer", "{3.5}"),
        ],
        "4. General Information*",
        [
            ("1. FSN Type*", "New"),
            ("7. Manufacturer information", "a. Company Name: {4.7}"),
            ("9. List of attachments/appendices:", "Customer reply form"),
        ],
        "Transmission of this Field Safety Notice",
        "This notice needs to be passed on to all those who need to be aware within your organisation.",
    ),
    SWEDISH: (
        "FSN-referens: {fsn_ref}",
        "FSCA-referens: {fsca_ref}",
        "Datum: {date}",
        "Viktigt säkerhetsmeddelande till marknaden",
        "Produktens handelsnamn: {name}",
        "För kännedom: Medicinteknisk samordnare, verksamhetschef",
        "1. Information om berörda produkter*",
        [
            ("1. Produkttyp(er)*", "Medicinteknisk produkt för professionellt bruk"),
            ("2. Handelsnamn*", "{name}"),
            ("3. Unik produktidentifiering (UDI-DI)", "{1.3}"),
            ("5. Produktmodell/katalognummer/artikelnummer*", "{1.5}"),
            ("6. Programvaruversion", "{1.6}"),
            ("7. Berörda serie- eller lotnummer", "{1.7}"),
        ],
        "2. Orsak till åtgärden*",
        [("1. Beskrivning av produktproblemet*", "{2.1}")],
        "3. Åtgärder för att minska risken*",
        [
            ("1. Åtgärder som användaren ska vidta*", "{3.1}"),
            ("4. Krävs svar från kund?*", "Ja"),
            ("Sista svarsdag", "{3.4_by}"),
            ("5. Åtgärder som tillverkaren vidtar*", "{3.5}"),
        ],
        "4. Allmän information*",
        [("1. Typ av säkerhetsmeddelande*", "Nytt"), ("7. Tillverkare", "{4.7}")],
        "Spridning av detta säkerhetsmeddelande",
        "Meddelandet ska lämnas till alla som behöver känna till det i er verksamhet.",
    ),
}  # fmt: skip
_MEDDEV = (
    "Urgent Field Safety Notice",
    "Commercial name of the affected product: {name}",
    "FSCA-identifier: {fsca_ref}",
    "FSN reference: {fsn_ref}",
    "Type of action: {3.5}",
    "Date: {date}",
    "Attention: Medical device coordinator",
    "Details on affected devices:",
    "UDI-DI: {1.3}",
    "Catalogue number: {1.5}",
    "Software version: {1.6}",
    "Serial number(s): {1.7}",
    "Description of the problem:",
    "{2.1}",
    "Advise on action to be taken by the user:",
    "{3.1}",
    "Please complete the attached reply form and return it by {3.4_by}.",
    "Transmission of this Field Safety Notice:",
    "This notice needs to be passed on all those who need to be aware within your organization.",
    "Contact reference person:",
    "Customer care, {4.7}",
    "Manufacturer: {4.7}",
)
_LETTER_SV = """{4.7}

{date}

Viktigt säkerhetsmeddelande: {name}

Vår referens: {fsn_ref}
Åtgärdens referens: {fsca_ref}

Hej,

vi vill med detta brev uppmärksamma er på ett problem med {name}, artikelnummer {1.5}
(UDI-DI {1.3}), programvaruversion {1.6}.

Berörda serienummer: {1.7}

Bakgrund:
Se problembeskrivningen.

Problembeskrivning:
{2.1}

Det här ska du göra:
{3.1}

Skicka in svarsformuläret senast {3.4_by}.

Tillverkarens åtgärd:
{3.5}

Med vänliga hälsningar
Kvalitetsavdelningen
"""
_LETTER_EN = """{4.7}

{date}

URGENT FIELD SAFETY NOTICE - {name}

Our reference: {fsn_ref}
FSCA reference: {fsca_ref}

Dear customer,

We are writing about {name}, REF {1.5}, UDI-DI (01){1.3}, software version {1.6}.
The affected serial numbers are listed here.
Serial numbers: {1.7}

Description of the problem:
{2.1}

Actions to be taken by the user:
{3.1}

Please acknowledge this notice and return the reply form before {3.4_by}.

Action by the manufacturer:
{3.5}

Kind regards
Regulatory affairs
"""


def _filled(made: Notice, chance: random.Random, tongue: int, marks: str) -> dict[str, str]:
    said = dict(made.truth)
    said["name"] = made.subject_product
    said["date"] = day(made.on, chance, tongue)
    said["3.4_by"] = day(made.reply_by, chance, tongue)
    said["3.1"] = _boxes(made.truth["3.1"], ACTIONS, tongue, marks)
    said["3.5"] = _boxes(made.truth["3.5"], MAKER_ACTIONS, tongue, marks)
    return said


def _put(text: str, said: dict[str, str]) -> str:
    return re.sub(r"\{([\w.]+)\}", lambda match: said[match[1]], text)


def _table_page(rows: tuple, said: dict[str, str]) -> str:
    """The template as an HTML page with tables, as Word lays it."""
    parts = []
    number = 0
    for row in rows:
        if isinstance(row, str):
            parts.append(f"<p><b>{html.escape(_put(row, said))}</b></p>")
            continue
        number += 1
        lines = "".join(
            f"<tr><td class=n>{number}</td><td><b>{html.escape(label)}</b><br>"
            f"{html.escape(_put(value, said)).replace(chr(10), '<br>')}</td></tr>"
            for label, value in row
        )
        parts.append(f"<table>{lines}</table>")
    return _PAGE.format("".join(parts))


def _two_columns(rows: tuple, said: dict[str, str]) -> str:
    """Label to the left, value to the right."""
    lines = []
    for row in rows:
        for label, value in row if isinstance(row, list) else [(row, "")]:
            text = html.escape(_put(value, said)).replace("\n", "<br>")
            words = html.escape(_put(label, said))
            lines.append(f"<tr><td><b>{words}</b></td><td>{text}</td></tr>")
    return _PAGE.format(f"<table>{''.join(lines)}</table>")


def _plain_page(rows: tuple, said: dict[str, str]) -> str:
    return _PAGE.format(
        "".join(f"<p>{html.escape(_put(r, said)).replace(chr(10), '<br>')}</p>" for r in rows)
    )


_PAGE = (
    "<!doctype html><meta charset=utf-8><style>body{{font:11pt sans-serif}}table{{width:100%;"
    "border-collapse:collapse}}td{{border:1px solid #888;padding:3pt;vertical-align:top}}"
    ".n{{width:2em}}</style><body>{}"
)
ToPdf = Callable[[str], bytes]


def _mail(made: Notice, tongue: int) -> EmailMessage:
    domain = re.sub(r"[^a-z0-9]", "", made.truth["4.7"].lower())[:20] or "supplier"
    mail = EmailMessage()
    words = ("URGENT FIELD SAFETY NOTICE", "Viktigt säkerhetsmeddelande")[tongue]
    mail["Subject"] = f"{words}: {made.subject_product} ({made.truth['fsn_ref']})"
    mail["From"] = f"{made.truth['4.7'][:60].replace(chr(34), '')} <fsn@{domain}.example>"
    mail["To"] = "sakerhetsmeddelanden@region.example"
    mail["Message-ID"] = f"<{made.number.lower()}@{domain}.example>"
    mail["Date"] = format_datetime(
        datetime(made.on.year, made.on.month, made.on.day, 9, tzinfo=STOCKHOLM)
    )
    return mail


def _with_pdf(made: Notice, page: str, tongue: int, to_pdf: ToPdf) -> EmailMessage:
    mail = _mail(made, tongue)
    mail.set_content(
        (
            "Please find attached an urgent field safety notice.",
            "Bifogat finns ett säkerhetsmeddelande.",
        )[tongue]
    )
    mail.add_attachment(
        to_pdf(page), maintype="application", subtype="pdf", filename=f"{made.truth['fsn_ref']}.pdf"
    )
    return mail


def ec_english(made, chance, to_pdf):
    said = _filled(made, chance, ENGLISH, "☒|☐")
    return _with_pdf(made, _table_page(_EC[ENGLISH], said), ENGLISH, to_pdf)


def ec_swedish(made, chance, to_pdf):
    said = _filled(made, chance, SWEDISH, "☒|☐")
    return _with_pdf(made, _table_page(_EC[SWEDISH], said), SWEDISH, to_pdf)


def two_columns_swedish(made, chance, to_pdf):
    said = _filled(made, chance, SWEDISH, "[X]|[ ]")
    return _with_pdf(made, _two_columns(_EC[SWEDISH], said), SWEDISH, to_pdf)


def meddev(made, chance, to_pdf):
    said = _filled(made, chance, ENGLISH, "☑|☐")
    return _with_pdf(made, _plain_page(_MEDDEV, said), ENGLISH, to_pdf)


def letter_swedish(made, chance, to_pdf):
    mail = _mail(made, SWEDISH)
    mail.set_content(_put(_LETTER_SV, _filled(made, chance, SWEDISH, "[x]|[ ]")))
    return mail


def letter_english(made, chance, to_pdf):
    mail = _mail(made, ENGLISH)
    mail.set_content(_put(_LETTER_EN, _filled(made, chance, ENGLISH, "(x)|( )")))
    return mail


def html_mail(made, chance, to_pdf):
    mail = _mail(made, SWEDISH)
    mail.set_content(
        _two_columns(_EC[SWEDISH], _filled(made, chance, SWEDISH, "☒|☐")), subtype="html"
    )
    return mail


def forwarded(made, chance, to_pdf):
    """The supplier's own mail, sent on whole by somebody in the region."""
    outer = EmailMessage()
    outer["Subject"] = "VB: säkerhetsmeddelande"
    outer["From"] = "Nils Exempel <nils.exempel@region.example>"
    outer["To"] = "sakerhetsmeddelanden@region.example"
    outer["Message-ID"] = f"<vb-{made.number.lower()}@region.example>"
    outer.set_content("Vidarebefordrar det här.")
    outer.add_attachment(ec_english(made, chance, to_pdf))
    return outer


LAYOUTS = (
    ec_english,
    ec_swedish,
    two_columns_swedish,
    meddev,
    letter_swedish,
    letter_english,
    html_mail,
    forwarded,
)


def rendered(recall: dict[str, str], layout, to_pdf: ToPdf) -> tuple[Notice, bytes]:
    """The notice and the mail it comes in."""
    made = notice(recall)
    if layout in {meddev, letter_swedish, letter_english}:
        del made.truth["4.1"]  # those forms do not say it
    mail = layout(made, random.Random(f"{made.number}/{layout.__name__}"), to_pdf)
    return made, mail.as_bytes()


# --- is it right? -------------------------------------------------------------------------------


def is_right(code: str, found: str, truth: str) -> bool:
    """Whether what was proposed says the same; letters of a list may stand apart differently."""
    if code == "2.1":
        return _bare(found)[:200] == _bare(truth)[:200]
    if code in {"3.1", "3.5"}:
        return found.split("\n") == truth.split("\n")
    return _bare(found) == _bare(truth)


def _bare(text: str) -> str:
    return re.sub(r"[\s,;.–-]+", "", re.sub(r"\band\b", "", text)).casefold()
