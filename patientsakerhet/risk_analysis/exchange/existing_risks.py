"""The risks and measures of an analysis that is read in, row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone

from patientsakerhet.cases.models import Measure
from patientsakerhet.exchange.cells import Cells
from patientsakerhet.exchange.kinds import Expected
from patientsakerhet.organisation.models import Person
from patientsakerhet.risk_analysis.actions.past import PastMeasure, PastRisk, Somebody
from patientsakerhet.risk_analysis.models import ScoringMethod

SERIAL, STEP, RISK = "Nr", "Processteg", "Risk"
CAUSE, CONSEQUENCE, CONTROLS = "Orsaker", "Följder", "Det som redan skyddar"
SEVERITY, PROBABILITY, DETECTION, SCORE = (
    "Allvarlighetsgrad", "Sannolikhet", "Upptäckt", "Risktal"
)  # fmt: skip
MEASURE, STRENGTH, OWNER, DUE = "Åtgärd", "Styrka", "Ansvarig", "Klar senast"
DECISION, REASON, STATE, DONE = "Beslut", "Skäl till beslutet", "Åtgärdens läge", "Blev klar"
ACCEPTED, EFFECT, RESULT = "Godtas därför", "Effekt", "Resultat av uppföljningen"
AFTER = " efter"
LONG = 20_000
Status = Measure.Status

RISKS = (
    Expected((SERIAL, "Risknummer", "Risk nr")),
    Expected((STEP, "Delprocess", "Steg", "Moment")),
    Expected(
        (RISK, "Riskbeskrivning", "Händelse", "Vad kan gå fel"),
        "Tomt: samma risk som raden ovanför.",
        True,
    ),
    Expected((CAUSE, "Orsak", "Bakomliggande orsaker")),
    Expected((CONSEQUENCE, "Konsekvens", "Konsekvenser")),
    Expected((CONTROLS, "Befintliga skydd", "Befintliga barriärer")),
    Expected((SEVERITY, "A", "S"), "Steg på metodens skala, som tal eller ord."),
    Expected((PROBABILITY, "P"), "Steg på metodens skala, som tal eller ord."),
    Expected((DETECTION, "D"), "Bara när metoden räknar med upptäckt."),
    Expected((SCORE, "Riskvärde", "Riskpoäng", "RPN"), "Kontrolleras mot skalorna."),
    Expected((MEASURE, "Åtgärdsförslag", "Förslag till åtgärd")),
    Expected((STRENGTH, "Åtgärdens styrka"), "Stark, medel eller svag."),
    Expected((OWNER, "Åtgärdsansvarig"), "E-postadress eller namn."),
    Expected((DUE, "Slutdatum", "Klart senast")),
    Expected((f"{SEVERITY}{AFTER}", "S efter", "A efter")),
    Expected((f"{PROBABILITY}{AFTER}", "P efter")),
    Expected((f"{DETECTION}{AFTER}", "D efter")),
    Expected((f"{SCORE}{AFTER}", "Riskvärde efter", "RPN efter")),
    Expected((DECISION,), "Beslutad, avslagen eller utgår. Tomt: beslutad."),
    Expected((REASON, "Motivering")),
    Expected((ACCEPTED, "Accepteras därför")),
    Expected((STATE, "Status"), "Planerad, pågår, klar, utgår. Tomt: klar när dagen står."),
    Expected((DONE, "Klar den", "Genomförd")),
    Expected((EFFECT,), "Avsedd effekt, delvis effekt eller ingen effekt."),
    Expected((RESULT, "Uppföljning")),
)

STATES = {
    "planerad": Status.PLANNED,
    "ej påbörjad": Status.PLANNED,
    "pågår": Status.STARTED,
    "pågående": Status.STARTED,
    "klar": Status.DONE,
    "klart": Status.DONE,
    "genomförd": Status.DONE,
    "utgår": Status.CANCELLED,
    "avslagen": Status.REJECTED,
}
"""How sheets say how far a measure has come."""
DECISIONS = {
    "beslutad": "",
    "genomförs": "",
    "ja": "",
    "avslagen": Status.REJECTED,
    "avslås": Status.REJECTED,
    "nej": Status.REJECTED,
    "utgår": Status.CANCELLED,
}
"""What was decided; empty where the measure's own state tells."""


class Reader:
    """Reads rows of risks, judged by one method."""

    def __init__(self, method: ScoringMethod, strength: str) -> None:
        self._method = method
        self._strength = _strength(strength)
        self._known: dict[str, Person | None] = {}

    def somebody(self, cells: Cells, name: str) -> Somebody | None:
        """Whom the cell names; with the account that the address, or the name alone, leads to."""
        written = cells.text(name, at_most=120)
        if not written:
            return None
        key = written.casefold()
        if key not in self._known:
            named = {"email" if "@" in written else "name__iexact": key}
            found = list(Person.objects.filter(is_active=True, **named)[:2])
            self._known[key] = found[0] if len(found) == 1 else None
        person = self._known[key]
        return Somebody(person.name if person else written, person)

    def risks(self, rows: Sequence[Cells], decided: date) -> list[PastRisk]:
        """The risks in the order they come; a row that says no risk is one more measure of the last."""
        found: dict[str, PastRisk] = {}
        key = ""
        for cells in rows:
            title, serial = cells.text(RISK), cells.text(SERIAL, at_most=20)
            if title:
                key = serial or title.casefold()
            if not key:
                cells.problems.append(f"{RISK} saknas.")
                continue
            if key not in found:
                found[key] = self._risk(cells, title)
            measure = self._measure(cells, decided)
            if measure is not None:
                risk = found[key]
                found[key] = replace(risk, measures=[*risk.measures, measure])
        return list(found.values())

    def _risk(self, cells: Cells, title: str) -> PastRisk:
        return PastRisk(
            title=title,
            step=cells.text(STEP, at_most=120),
            cause=cells.text(CAUSE, at_most=LONG),
            consequence=cells.text(CONSEQUENCE, at_most=LONG),
            existing_controls=cells.text(CONTROLS, at_most=LONG),
            accepted_reason=cells.text(ACCEPTED, at_most=LONG),
            before=self._factors(cells, ""),
            after=self._factors(cells, AFTER),
        )

    def _factors(self, cells: Cells, word: str) -> Sequence[int]:
        """A step on each of the method's scales, or none on any; the product is what the row says."""
        scales = [
            (f"{SEVERITY}{word}", self._method.severity_labels),
            (f"{PROBABILITY}{word}", self._method.probability_labels),
        ]
        if self._method.detects:
            scales.append((f"{DETECTION}{word}", self._method.detection_labels))
        if not any(cells.text(name) for name, _ in scales):
            return ()
        steps = [_step(cells, name, labels) for name, labels in scales]
        given = [one for one in steps if one is not None]
        if len(given) < len(steps):
            return ()
        number = 1
        for one in given:
            number *= one
        said = cells.whole(f"{SCORE}{word}")
        if said is not None and said != number:
            product = " × ".join(str(one) for one in given)
            cells.problems.append(f"{SCORE}{word}: {said} är inte {product}.")
        return given

    def _measure(self, cells: Cells, decided: date) -> PastMeasure | None:
        title = cells.text(MEASURE)
        if not title:
            return None
        done, due = cells.day(DONE), cells.day(DUE)
        if done is not None and done > timezone.localdate():
            cells.problems.append(f"{DONE}: dagen har inte varit än.")
        status = _status(cells, done)
        is_open = status in Measure.OPEN
        owner = self.somebody(cells, OWNER)
        if is_open and due is None and not cells.text(DUE):
            cells.problems.append(f"{DUE} saknas, och åtgärden är inte klar.")
        if is_open and (owner is None or owner.person is None):
            who = f"{owner.name} har inget konto här" if owner else "saknas"
            cells.problems.append(f"{OWNER}: {who}. En öppen åtgärd behöver någon som har det.")
        strength = cells.choice(STRENGTH, Measure.Strength) or self._strength
        if not strength and not cells.text(STRENGTH):
            cells.problems.append(f"{STRENGTH} saknas.")
        return PastMeasure(
            title=title,
            strength=strength,
            owner=owner or Somebody("okänd"),
            status=status,
            due_on=due or decided,
            reason=cells.text(REASON, at_most=LONG),
            done_on=done,
            effect=cells.choice(EFFECT, Measure.Effect) if status == Status.DONE else "",
            effect_result=cells.text(RESULT, at_most=LONG),
        )


def _status(cells: Cells, done: date | None) -> str:
    decision = cells.text(DECISION).casefold()
    if decision and decision not in DECISIONS:
        cells.problems.append(
            f"{DECISION}: {cells.text(DECISION)} är inget beslut. Skriv beslutad, avslagen eller utgår."
        )
    if DECISIONS.get(decision):
        return DECISIONS[decision]
    written = cells.text(STATE).casefold()
    if written and written not in STATES:
        cells.problems.append(
            f"{STATE}: {cells.text(STATE)} finns inte. Skriv planerad, pågår, klar eller utgår."
        )
    if written:
        return STATES.get(written, Status.PLANNED)
    return Status.DONE if done else Status.PLANNED


def _step(cells: Cells, name: str, labels: Sequence[str]) -> int | None:
    """The step by its number, by its word, or by both as "3 Betydande"."""
    written = cells.text(name)
    if not written:
        cells.problems.append(f"{name} saknas.")
        return None
    number = re.match(r"\d+", written)
    words = [word.casefold() for word in labels]
    step = int(number[0]) if number else 0
    if not number and written.casefold() in words:
        step = words.index(written.casefold()) + 1
    if 1 <= step <= len(labels):
        return step
    cells.problems.append(f"{name}: {written} är inget steg från 1 till {len(labels)}.")
    return None


def _strength(written: str) -> str:
    """The strength that the option names; empty for none."""
    words = {str(label): str(value) for value, label in Measure.Strength.choices}
    return words.get(written.strip().casefold(), "")
