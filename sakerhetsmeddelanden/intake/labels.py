"""What the template's fields are called on paper: the European template, the older one, both tongues.

A label stands first on its line, maybe after a number; its value follows on the line or under it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ONE_LINE, FEW_LINES, TEXT = 1, 4, 30
"""How many lines a value may take."""

# code | lines | labels, separated by ";". A label is written in small letters; "(s)" may be left out.
_TABLE = """
fsn_ref|1|fsn ref;fsn reference;fsn reference number;fsn ref no;fsn number;fsn-referens;fsn referens;fsn-nummer;field safety notice reference;field safety notice no;notice reference;referens för säkerhetsmeddelandet;säkerhetsmeddelande nr;meddelandets referens;our reference;our ref;vår referens;vår ref;reference;referens;ref;reference number;referensnummer
fsca_ref|1|fsca ref;fsca reference;fsca reference number;fsca-identifier;fsca identifier;fsca-referens;fsca referens;fsca-nummer;fsca id;fsca no;field safety corrective action reference;manufacturer's reference;tillverkarens referens;recall number;recall id;åtgärdens referens
date|1|date;fsn date;fsn-datum;datum;date of issue;issue date;utfärdat;utfärdad;date of notice;datum för säkerhetsmeddelandet
device_name|4|device commercial name;commercial name of the affected product;product name;product;affected product;produkt;produktnamn;produktens handelsnamn;berörd produkt;name of device;product affected;concerned product;subject device
attention|4|for attention of;attention;för kännedom;till;att;mottagare
contact|4|contact details of local representative;contact reference person;contact person;kontaktperson;lokal representant;kontaktuppgifter;kontaktuppgifter till lokal representant;contact;kontakt
1.1|4|device type(s);type of device;produkttyp;typ av produkt;produkttyp(er);device type
1.2|4|commercial name(s);trade name;trade name(s);handelsnamn;brand name;kommersiellt namn
1.3|30|unique device identifier(s) (udi-di);unique device identifier(s);udi-di;udi;udi-di nummer;basic udi-di;gtin;unik produktidentifiering (udi-di);unik produktidentifiering
1.4|30|primary clinical purpose of device(s);primary clinical purpose;intended use;avsett ändamål;avsedd användning;huvudsakligt kliniskt ändamål;kliniskt ändamål
1.5|30|device model/catalogue/part number(s);model/catalogue/part number(s);device model/catalogue/part no;model number(s);catalogue number(s);catalog number(s);part number(s);product code(s);model/catalogue number;ref/catalogue number;artikelnummer;artikelnr;modell;modellnummer;modell/artikelnummer;modell-/artikelnummer;produktmodell/katalognummer/artikelnummer;produktkod;katalognummer;item number(s);model(s);ref no
1.6|4|software version;software version(s);affected software version(s);programvaruversion;berörd programvaruversion;mjukvaruversion;programversion
1.7|30|affected serial or lot number range;affected serial or lot numbers;serial or lot number range;serial number(s);lot number(s);serial/lot number(s);batch number(s);serial no;lot no;affected serial numbers;affected lots;berörda serie- eller lotnummer;serie-/lotnummer;serienummer;lotnummer;lot/batch;batchnummer;berörda serienummer;berörda lotnummer;satsnummer;lot-/batchnummer
1.8|30|associated devices;tillhörande produkter
2.1|30|reason for field safety corrective action (fsca);reason for field safety corrective action;reason for fsca;reason for recall;reason for notice;reason for this notice;orsak till åtgärden;orsak;skäl till åtgärden;anledning;varför du får det här meddelandet
2.1|30|description of the product problem;description of the problem;problem description;description of problem;problembeskrivning;beskrivning av problemet;beskrivning av produktproblemet;produktproblem;the problem;problemet
2.2|30|hazard giving rise to the fsca;hazard;risk för patient eller användare;fara som föranleder åtgärden;fara;hazard/risk;risk
2.3|30|probability of problem arising;sannolikhet att problemet uppstår
2.4|30|predicted risk to patient/users;predicted risk to patients/users;förutsedd risk för patient/användare;risk to health
2.5|30|further information to help characterise the problem;ytterligare information om problemet
2.6|30|background on issue;background;bakgrund;bakgrund till problemet
2.7|30|other information relevant to fsca;övrig information om åtgärden
3.1|30|action to be taken by the user;action to be taken by user;advise on action to be taken by the user;advice on action to be taken by the user;actions to be taken by customer/user;user action;åtgärder som användaren ska vidta;råd om åtgärder som ska vidtas av användaren;åtgärd som användaren ska vidta;det här ska du göra;användarens åtgärder;åtgärder för kunden
3.2|4|by when should the action be completed;by when should the action be completed?;when should the action be completed;när ska åtgärden vara klar;när ska åtgärden vara klar?;åtgärden ska vara klar
3.3|30|particular considerations for;is follow-up of patients or review of patients' previous results recommended?;särskilda överväganden för;särskilda hänsyn
3.4|4|is customer reply required?;is customer reply required;customer reply required;krävs svar från kund?;krävs svar från kund;krävs svar från kunden?;svar krävs
3.4_by|1|deadline for reply;deadline for returning the customer reply form;reply deadline;reply by;return by;please reply by;sista svarsdag;svar senast;sista dag för svar;svara senast;svarsdatum
3.5|30|action being taken by the manufacturer;action to be taken by the manufacturer;action by the manufacturer;actions by the manufacturer;manufacturer action;type of action;tillverkarens åtgärder;åtgärder som tillverkaren vidtar;åtgärd som tillverkaren vidtar;tillverkarens åtgärd;typ av åtgärd
3.6|4|by when should the manufacturer action be completed;when will the manufacturer action be completed;när är tillverkarens åtgärd klar?
3.7|4|is the fsn required to be communicated to the patient/lay user?;ska patienten informeras?;måste meddelandet lämnas till patient/lekman?
3.8|4|if yes, has manufacturer provided additional information suitable for the patient/lay user;har tillverkaren bifogat patientinformation?
4.1|1|fsn type;type of fsn;typ av säkerhetsmeddelande;meddelandets typ
4.2|4|for updated fsn, reference number and date of previous fsn;previous fsn reference and date;tidigare säkerhetsmeddelande;tidigare meddelandes referens och datum;ersätter
4.3|30|for updated fsn, key new information as follows;key new information;viktig ny information;nytt i denna version
4.4|4|further advice or information already expected in follow-up fsn?;further advice expected;väntas ytterligare information?
4.5|30|if follow-up fsn expected, what is the further advice expected to relate to
4.6|4|anticipated timescale for follow-up fsn;väntad tidpunkt för uppföljande meddelande
4.7|4|manufacturer information;manufacturer;legal manufacturer;name of manufacturer;manufacturer name;company name;tillverkare;tillverkarens namn;tillverkarinformation;recalling manufacturer;recalling firm
4.8|4|the competent (regulatory) authority of your country has been informed about this communication to customers;the competent authority has been informed;behörig myndighet är informerad;läkemedelsverket är informerat
4.9|4|list of attachments/appendices;attachments;bilagor;bilageförteckning
4.10|4|name/signature;name and signature;signature;namn/underskrift;underskrift
end|30|transmission of this field safety notice;transmission of this notice;spridning av detta säkerhetsmeddelande;vidarebefordran av detta säkerhetsmeddelande;general information;allmän information;information on affected devices;information om berörda produkter;details on affected devices;detaljer om berörda produkter;type of action to mitigate the risk;åtgärder för att minska risken;customer details;return acknowledgement to sender;to;from;från;subject;ämne;sent;skickat;cc;kopia;a.m.;quantity;antal;best regards;kind regards;yours sincerely;med vänlig hälsning;med vänliga hälsningar;vänliga hälsningar;sincerely;page;sida
"""

_DAYS = frozenset({"3.4_by"})
"""Fields whose label needs nothing but a day after it."""
_GENERAL = frozenset(
    {"reference", "referens", "ref", "our reference", "our ref", "product", "contact"}
)
_GENERAL |= frozenset({"produkt", "till", "att", "kontakt", "date", "datum", "model", "modell"})
_GENERAL |= frozenset({"risk", "hazard", "fara", "orsak", "anledning", "attention", "attachments"})
_GENERAL |= frozenset({"background", "bakgrund", "page", "sida", "to", "from", "från", "udi", "cc"})
"""Words of everyday sentences: labels only where a colon, a tab or a number says so."""
_NUMBER = re.compile(
    r"^\s*(?:[•·*–-]\s*)?(?:[a-c]\.\s+|\d{1,2}\s?\.?\s?\d{0,2}\s?[.)]\s*|\d{1,2}\s+(?=\d{1,2}\s?\.|\D))?"
)
_END = re.compile(r"^(?:\s*\*+)?(?:\s*[:：]\s*|\s*\t\s*|\s{2,}|\s*\*+\s*|\s*$)")
_BLANK = re.compile(r"^\s")


@dataclass(frozen=True)
class Label:
    """A label found at the beginning of a line, and what follows it there."""

    code: str
    lines: int
    rest: str
    words: str
    is_marked: bool
    """A colon, a tab or a number shows that it is a label."""


def _known() -> dict[str, tuple[str, int]]:
    table: dict[str, tuple[str, int]] = {}
    for row in _TABLE.strip().splitlines():
        code, lines, words = row.split("|")
        for word in words.split(";"):
            for form in {word, word.replace("(s)", "s"), word.replace("(s)", "")}:
                table[form] = (code, int(lines))
    return table


_KNOWN = _known()
_FIRST = {word[0] for word in _KNOWN}
_LENGTHS = sorted({len(word) for word in _KNOWN}, reverse=True)


def at_start(line: str) -> Label | None:
    """The longest label that the line begins with."""
    number = _NUMBER.match(line)
    begin = number.end() if number else 0
    text = line[begin:]
    # The template writes "1 2. Commercial name(s)": a second number may follow the first.
    second = _NUMBER.match(text)
    if second and second.end():
        begin += second.end()
        text = line[begin:]
    folded = text.casefold()
    if not folded or folded[0] not in _FIRST or len(folded) != len(text):
        return None
    for length in _LENGTHS:
        words = folded[:length]
        if words not in _KNOWN:
            continue
        end = _END.match(text[length:])
        if end is None and (line[:begin].strip() or _KNOWN[words][0] in _DAYS):
            end = _BLANK.match(text[length:])
        if end is not None:
            marked = bool(end[0].strip(" *")) or "\t" in end[0] or line[:begin].strip() != ""
            rest = text[length + end.end() :].strip(" \t:*")
            if words in _GENERAL and not marked and rest:
                continue
            code, lines = _KNOWN[words]
            return Label(code, lines, rest, words, marked)
    return None
