"""How suppliers write serial numbers, lots, versions, bounds and exceptions: the patterns of the words."""

from __future__ import annotations

import re

from sakerhetsmeddelanden.ranges.shape import About

DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
LABELS: tuple[tuple[About, str], ...] = (
    (
        "serial",
        r"s/?n[:.]?(?=[\s\d:#]|$)|(?:affected |berörda )?serial(?: ?(?:numbers?|nos?\.?|#))?s?"
        r"|serie(?:nummer|nr\.?|numren)|ser\.? ?(?:no|nr)\.?",
    ),
    (
        "lot",
        r"(?:lot|batch|parti|charge|sats)(?:er|es|s)?(?:[ -]?(?:numbers?|nummer|nr\.?|nos?\.?|kod|code|#))?s?",
    ),
    (
        "software",
        r"(?:software|firmware|programvar[ae]n?|program|mjukvaran?)(?:[ -]?(?:versions?|versioner|revision|rev\.?|ver\.?))?"
        r"|sw(?:[ -]?(?:version|ver\.?))?|fw(?:[ -]?version)?|programversion(?:er|en)?|versions?|versioner",
    ),
)
LABEL = re.compile(
    "|".join(rf"(?P<{about}>(?<![\w-])(?:{words})(?![\w]))" for about, words in LABELS), re.I
)
EXCEPT = re.compile(
    r"\b(?:utom|förutom|undantaget|undantagna?|exklusive|exkl\.|except(?:ing| for)?|excluding|excl\.|"
    r"other than|not including|inte inklusive|med undantag (?:av|för))(?=[\s:]|$)",
    re.I,
)
BETWEEN = re.compile(r"\b(?:mellan|between)\s+(\S+)\s+(?:och|and)\s+(\S+)", re.I)
FROM_TO = re.compile(
    r"(?<![\w.])(?:from|från(?: och med)?|fr\.?o\.?m\.?)\s+(\S+)\s+"
    r"(?:to|through|thru|up to|till(?: och med)?|t\.?o\.?m\.?)\s+(?=\S)",
    re.I,
)
TO = re.compile(
    r"(?<=[\w.])\s+(?:to|through|thru|till(?: och med)?|t\.?\s?o\.?\s?m\.?)\s+(?=[A-Za-z]*[-.]?\d)",
    re.I,
)
ALL = re.compile(
    r"^(?:all[ae]?|samtliga|any|hela|alla)(?:\s+(?:of|the|de|affected|berörda|units?|enheter|devices?|products?|"
    r"produkter|utrustningar|models?|modeller|exemplar|items?|serial numbers?|serials?|serienummer|lots?|lot numbers?|"
    r"batch(?:es)?|partier|partinummer|software|programvaru?|versions?|versioner|programversioner|and|och))*$",
    re.I,
)
ALL_WORD = re.compile(r"^(?:all[ae]?|samtliga|any)\b\s*", re.I)
THINGS = re.compile(
    r"^(?:units?|enheter|devices?|products?|produkter|utrustningar|exemplar|items?|de|those|som är|som|which are|that were)\b\s*",
    re.I,
)
WITH = re.compile(
    r"(?<!börjar)(?<!starting)(?<!starts)(?<!start)(?<!beginning)(?<!begins)(?<!begin)"
    r"\s+(?:med|with|having|running|som har|och har)\s+(?!prefix)",
    re.I,
)
AT_ONCE = re.compile(r"\s+samtidigt\s+", re.I)
AND = re.compile(r"\s+(?:och|and|samt|eller|or|as well as|respektive)\s+|\s*[&+]\s+", re.I)
EARLIER = r"(?:and|or|och|eller)\s+(?:earlier|older|lower|below|prior|tidigare|äldre|lägre|nedåt|under)(?:\s+(?:versions?|versioner))?"
LATER = r"(?:and|or|och|eller)\s+(?:later|newer|higher|above|up|senare|nyare|högre|uppåt|över)(?:\s+(?:versions?|versioner))?"
BOUND_AFTER = re.compile(rf"^(?P<what>\S+)\s+(?:(?P<down>{EARLIER})|(?P<up>{LATER}))$", re.I)
UP = r">=|≥|=>|(?:from|från(?: och med)?|fr\.?o\.?m\.?|starting (?:at|with|from)|beginning with|since|sedan)\b"
OVER = r">|(?:after|efter|above|over|över|later than|newer than|senare än|nyare än|högre än|greater than)\b"
DOWN = r"<=|≤|=<|(?:up to(?: and including)?|till och med|t\.?o\.?m\.?|through|upp till|no later than|senast)(?=\s)"
UNDER = (
    r"<|(?:before|prior to|earlier than|lower than|older than|below|under|less than|före|innan|äldre än|"
    r"tidigare än|lägre än|mindre än)\b"
)
BOUND = re.compile(
    rf"^(?:(?P<up>{UP})|(?P<over>{OVER})|(?P<down>{DOWN})|(?P<under>{UNDER}))\s*(?P<what>.+)$",
    re.I,
)
MADE = re.compile(
    r"\b(?:(?:date of )?manufactur(?:ed?|ing|e)(?: dates?)?|made|produced|production dates?|tillverk(?:ad|ade|ats|ning|"
    r"ningsdatum|ningsdag)|producerade?|dom)\b[:\s]*(?:in|on|the|under|mellan|between|i|den|är|was|were)?\s*",
    re.I,
)
PREFIX = re.compile(
    r"^(?:(?:som )?börjar (?:med|på)|(?:that )?(?:beginning|begins?|starting|starts?) with|med prefix(?:et)?|prefix)\s+"
    r"([\w./-]+?)(?:\.\.\.|…|\*)?$",
    re.I,
)
STAR = re.compile(r"^([A-Za-z0-9./-]*[A-Za-z0-9])(?:\*|xxx+|…|\.\.\.)$")
SUFFIXED = re.compile(r"(?P<stem>[^\s–]*\d)-(?P<end>\d{1,2})$")
TOKEN = re.compile(r"^[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö._/#-]*$")
VERSION = re.compile(r"^v?\.?\d+(?:\.\d+)*[a-z]?(?:[-_.]?(?:r|rc|b|build|sp|p)\.?\d+)?$", re.I)
DOTTED = re.compile(r"\d\.[\dx*]", re.I)
WILD_VERSION = re.compile(r"^v?\.?(\d+(?:\.\d+)*)\.[x*]$", re.I)
