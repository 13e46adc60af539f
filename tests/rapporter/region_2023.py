"""Region Exempel 2023: rows whose registered figures are those of the report that started the product.

Everything is made through the product's own actions, on the days when it would have been made. Beside
what counts stand neighbours that must not: another year, programme, unit or state, not decided, not
risk-assessed, cancelled, written down too late.
"""

import itertools
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import uuid4

import time_machine

from avvikelse.actions import coordination
from patientsakerhet.information_security.actions import deciding, impact, past, programmes
from patientsakerhet.information_security.actions.ordering import Order, administrations_of
from patientsakerhet.information_security.actions.past import Past
from patientsakerhet.lib.calendar import SWEDEN
from patientsakerhet.organisation.models import Assignment, Role
from patientsakerhet.year_registers.actions import duties, gatherings
from patientsakerhet.year_registers.models import RegisterTerm
from sakerhetsmeddelanden.actions import notices
from tests.authority_reports.making import report_in
from tests.factories import (
    Region,
    code,
    file_report,
    fresh,
    in_status,
    make_party,
    make_person,
    person_as,
)
from tests.information_security.making import LEVELS, REASONS
from tests.information_security.test_impact import Impact
from tests.major_incidents.making import World as Incidents
from tests.sakerhetsmeddelanden.making import told

CLASSIFIED, SDV, ASSESSED, U537 = 58, 23, 9, 28
WORKSHOPS, PATIENT_MEETINGS = 2, 1
COORDINATORS, PHYSICIANS, INFOSEC = 3, 1, 2
REIDAR, LEX_MARIA_OUTAGE, INCIDENTS = 3, 1, 16
NOTICES, NOTICES_BEFORE = 50, 25
FILED, FILED_BEFORE, OWN, PRIVATE, PRIVATE_BEFORE = 288, 240, 43, 7, 3
AREAS = {
    "it.login": 12,
    "it.network": 2,
    "it.other": 6,
    "device.infusion": 14,
    "device.monitoring": 3,
    "device.other": 5,
    "reorganisation": 9,
}
"""Of the deviations that came in 2023, how many are of which class, beside those that are reported on."""
KNOWN = date(2024, 1, 31)
"""The day as of which the report's figures are taken."""

_count = itertools.count(1)


@contextmanager
def on(day, clock=10):
    """As if it were that day."""
    with time_machine.travel(at(day, clock), tick=False):
        yield


def at(day, clock=12, minute=0):
    """A moment as a clock in Sweden showed it."""
    return datetime(day.year, day.month, day.day, clock, minute, tzinfo=SWEDEN)


def days_of_the_year(count):
    """So many days spread over 2023, the first and the last day among them."""
    return [date(2023, 1, 1) + timedelta(days=364 * n // (count - 1)) for n in range(count)]


class Region2023:
    """The region; `unit` is the administration that the report is about."""

    def __init__(self):
        with on(date(2022, 3, 1)):
            self.region = Region()
            self.impact = Impact(self.region)
            self.incident = Incidents(self.region)
            self.lead, self.owner = self.impact.lead, self.impact.owner
            self.sdv = programmes.put(None, by=self.lead, code="sdv", name="Det nya vårdsystemet")
            self.u537 = programmes.put(None, by=self.lead, code="u537", name="Stora system")
            self.inner = programmes.put(
                None, by=self.lead, code="inre", name="Inre ordning", counted_apart=False
            )
        self.unit, self.beside = self.region.administration, self.region.hospital
        self.classifications()
        self.assessments()
        self.gatherings()
        self.shares()
        self.reports()
        self.incidents()
        self.notices()
        self.deviations()

    # --- information security ------------------------------------------------------------------

    def classified(self, decided, *, unit=None, programme=None, occasion="new", steps=4, **more):
        """A classification that was decided at the moment, or came so many steps."""
        unit = unit or self.region.operations
        start = decided - timedelta(days=40)
        moments = [*past.days_after(start, 5, 12, 30)[: steps + 1], decided][: steps + 1]
        order = Order(
            occasion=occasion,
            owner=self.owner,
            asset=f"Informationstillgång {next(_count)}",
            unit=unit,
            programme=programme,
        )
        done = steps == 4
        return Past(
            **{
                "order": order,
                "lead": self.lead,
                "at": moments,
                "information": "Uppgifter om patienter.",
                "levels": LEVELS,
                "reasons": REASONS,
                "participants": [("Olle Ägare", "informationsägare")],
                "coordinators": {one.pk: self.lead for one in administrations_of(None, unit)},
                "no_risks_reason": "Prövade utan att finna någon.",
                "decision": "accepted" if done else "",
                "decision_reason": "Riskerna är små." if done else "",
                "valid_until": decided.date() + timedelta(days=1095) if done else None,
                **more,
            }
        )

    def classifications(self):
        """58 of new and changed systems, 23 in one programme and 28 in another; neighbours beside."""
        told = []
        edges = [at(date(2023, 1, 1), 0, 5), at(date(2023, 12, 31), 23, 55)]
        days = [at(day) for day in days_of_the_year(CLASSIFIED)[1:-1]]
        for n, moment in enumerate([*edges, *days]):
            programme = self.inner if n == 7 else None
            occasion = "changed" if n % 3 == 0 else "new"
            told.append(self.classified(moment, occasion=occasion, programme=programme))
        told += [
            self.classified(at(day), programme=self.sdv, occasion=occasion)
            for day, occasion in zip(
                days_of_the_year(SDV), itertools.cycle(("new", "existing")), strict=False
            )
        ]
        told += [
            self.classified(at(day), programme=self.u537, occasion="existing")
            for day in days_of_the_year(U537)
        ]
        midsummer = at(date(2023, 6, 20))
        told += [  # neighbours
            self.classified(at(date(2022, 12, 31), 23, 55)),
            self.classified(at(date(2024, 1, 1), 0, 5)),
            self.classified(midsummer, occasion="existing"),
            self.classified(midsummer, occasion="renewal"),
            self.classified(midsummer, steps=3),
            self.classified(midsummer, steps=1),
            self.classified(midsummer, unit=self.region.ward),
            self.classified(midsummer, unit=self.region.ward, programme=self.sdv),
            self.classified(
                midsummer, source=("Pärmen", "1"), is_risk_assessed=False, no_risks_reason=""
            ),
            self.classified(at(date(2022, 12, 30)), programme=self.sdv),
            self.classified(at(date(2024, 1, 2)), programme=self.sdv),
            self.classified(at(date(2024, 1, 2)), programme=self.u537),
        ]
        with on(date(2024, 1, 10)):
            cases = past.bring(told, by=None, right="test")
            # Counted in its year although it holds no longer.
            deciding.take_step(
                fresh(cases[5]), "end", by=self.lead, reason="Systemet är avvecklat."
            )
            # Ordered and never made.
            under_way = next(one for one in cases if one.status == "delivered")
            deciding.take_step(fresh(under_way), "cancel", by=self.lead, reason="Behövs inte.")
        with on(date(2024, 3, 5)):  # decided in the year and written down after the report
            late = self.classified(midsummer, source=("Pärmen", "2"))
            past.bring([late], by=None, right="test")

    def assessments(self):
        """Nine impact assessments in the programme; neighbours beside."""

        def made(day, programme, *, decide=True, unit=None):
            self.impact.given = {
                "programme": programme,
                "system": None,
                "processing": f"Behandling {next(_count)}",
                "unit": unit or self.region.operations,
            }
            with on(day):
                case = self.impact.to_decide()
                if decide:
                    impact.decide(case, by=self.owner, decision="proceed", reason="Små risker.")
            return case

        for day in days_of_the_year(ASSESSED):
            made(day, self.sdv)
        made(date(2023, 5, 2), self.u537)
        made(date(2023, 5, 3), None)
        made(date(2023, 5, 4), self.sdv, decide=False)
        made(date(2022, 12, 31), self.sdv)
        made(date(2024, 1, 1), self.sdv)

    # --- the registers of the year -------------------------------------------------------------

    def meeting(self, kind, day, *, topic="risk_management", state="held", unit=None, said=None):
        """A meeting that somebody wrote down the day it was, or later."""
        terms = RegisterTerm.objects
        with on(said or day, 17):
            gatherings.put_meeting(
                None,
                by=self.region.physician,
                kind=terms.get(list="meeting_kind", code=kind),
                topic=terms.get(list="meeting_topic", code=topic),
                title=f"Möte {next(_count)}",
                held_on=day,
                unit=unit or self.unit,
                state=state,
                reason="Få anmälda." if state == "cancelled" else "",
            )

    def gatherings(self):
        """Two workshops and a meeting with patients; neighbours beside."""
        self.meeting("workshop", date(2023, 1, 1))
        self.meeting("workshop", date(2023, 12, 31))
        self.meeting("patient_representatives", date(2023, 10, 4), topic="patient_view")
        for kind in ("workshop", "patient_representatives"):
            self.meeting(kind, date(2022, 12, 31))
            self.meeting(kind, date(2024, 1, 1))
            self.meeting(kind, date(2023, 6, 1), state="cancelled")
            self.meeting(kind, date(2023, 6, 2), state="planned", said=date(2023, 5, 1))
            self.meeting(kind, date(2023, 6, 3), unit=self.beside)
            self.meeting(kind, date(2023, 6, 4), said=date(2024, 2, 20))
        self.meeting("workshop", date(2023, 6, 5), topic="deviations")
        self.meeting("dialogue", date(2023, 6, 6))

    def share(self, role, parts, *, unit=None, since=date(2022, 1, 1), until=None, said=None):
        """Somebody's role, and its per cent from each day."""
        held = Assignment.objects.create(
            person=make_person(),
            role=role,
            unit=unit or self.unit,
            valid_from=since,
            valid_to=until,
        )
        ends = [first - timedelta(days=1) for _, first in parts[1:]] + [None]
        for (percent, first), last in zip(parts, ends, strict=True):
            with on(said or first):
                duties.put_share(
                    None,
                    by=self.region.physician,
                    person=held.person,
                    role=role,
                    unit=held.unit,
                    percent=percent,
                    valid_from=first,
                    valid_to=last,
                )

    def shares(self):
        """Three coordinators and a chief physician in full, two for information security; neighbours."""
        summer = date(2023, 7, 1)
        self.share(Role.COORDINATOR, [(100, date(2022, 6, 1))])
        self.share(Role.COORDINATOR, [(50, date(2022, 6, 1)), (100, summer)])
        self.share(Role.COORDINATOR, [(100, date(2023, 2, 1))])
        self.share(Role.CHIEF_PHYSICIAN, [(100, date(2023, 1, 1))])
        self.share(Role.INFOSEC_COORDINATOR, [(100, date(2022, 6, 1))])
        self.share(Role.INFOSEC_COORDINATOR, [(100, date(2023, 2, 1))])
        for role in (Role.COORDINATOR, Role.CHIEF_PHYSICIAN, Role.INFOSEC_COORDINATOR):
            self.share(role, [(100, date(2022, 6, 1))], until=date(2023, 6, 30))
            self.share(role, [(100, date(2024, 1, 1))], since=date(2024, 1, 1))
            self.share(role, [(100, date(2022, 6, 1))], unit=self.beside)
            self.share(role, [(100, date(2022, 6, 1))], said=date(2024, 2, 20))
        self.share(Role.INVESTIGATOR, [(100, date(2022, 6, 1))])

    # --- reports and notices -------------------------------------------------------------------

    def reports(self):
        """Three in the national database, one by lex Maria of an outage; neighbours beside."""
        region = self.region

        def of(day, key, status="closed", event="it.outage"):
            with on(day):
                case = in_status("in_investigation", region)
                coordination.classify(
                    case, by=region.investigator, event_class=code("event_class", event)
                )
                report_in(status, fresh(case), region, key)

        for day in days_of_the_year(REIDAR):
            of(day, "reidar")
        of(date(2022, 12, 31), "reidar")
        of(date(2024, 1, 1), "reidar")
        of(date(2023, 5, 5), "reidar", "drafting")
        of(date(2023, 9, 9), "lex_maria")
        of(date(2023, 9, 10), "lex_maria", event="it.network")
        of(date(2023, 9, 11), "lex_maria", "not_reported")
        of(date(2023, 9, 12), "mpa_device", "submitted", event="device.infusion")

    def incidents(self):
        """Sixteen that were declared, on the first and the last evening too; neighbours beside."""
        world = self.incident

        def declared(moment, *, said=None, **given):
            with time_machine.travel(said or moment + timedelta(hours=8), tick=False):
                world.started = moment - timedelta(minutes=20)
                return world.declared(**given)

        edges = [at(date(2023, 1, 1), 0, 25), at(date(2023, 12, 31), 23, 50)]
        for moment in (*edges, *map(at, days_of_the_year(INCIDENTS)[1:-1])):
            declared(moment)
        declared(at(date(2022, 12, 31), 23, 50))
        declared(at(date(2024, 1, 1), 0, 5))
        declared(at(date(2023, 8, 8)), said=at(date(2024, 2, 20)))
        withdrawn = declared(at(date(2023, 8, 9)))
        with on(date(2023, 8, 10)):
            world.go(withdrawn, "withdraw")
        world.leader = self.region.physician
        declared(at(date(2023, 8, 11)), unit=self.region.ward)

    def notices(self):
        """Fifty notices about devices, some of them in two versions; half as many the year before."""

        def came(day, ref, sort="device"):
            with on(day):
                notices.enter(
                    told(
                        fields={"fsca_ref": ref},
                        received_at=at(day),
                        sort=sort,
                        manufacturer_text="Volumed AB",
                    ),
                    by=self.region.coordinator,
                    submission=uuid4(),
                )

        make_party("Volumed AB")
        for n in range(NOTICES_BEFORE - 1):
            came(date(2022, 1, 3) + timedelta(days=14 * n), f"FÖRE-{n}")
        for n in range(NOTICES - 3):
            came(date(2023, 1, 2) + timedelta(days=7 * n), f"ÅRET-{n}")
        came(date(2022, 12, 31), "FSCA-0")
        came(date(2023, 1, 1), "FSCA-1")
        came(date(2023, 4, 1), "FSCA-2")
        came(date(2023, 5, 1), "FSCA-1")
        came(date(2023, 6, 1), "FSCA-0")
        came(date(2023, 12, 31), "FSCA-3")
        came(date(2023, 7, 1), "TJÄNST-1", sort="service")
        came(date(2024, 1, 1), "FSCA-4")

    # --- deviations ----------------------------------------------------------------------------

    def deviations(self):
        """A fifth more than the year before, forty-odd of the administration's own; neighbours beside."""
        region = self.region

        def came(moment, unit=None, **told):
            with time_machine.travel(moment, tick=False):
                return file_report(unit or region.ward, **told)

        reported = {2022: 1, 2023: 8}  # those that `reports` has made
        for year, count, private in (
            (2022, FILED_BEFORE, PRIVATE_BEFORE),
            (2023, FILED, PRIVATE),
        ):
            left = count - reported[year]
            edges = [at(date(year, 1, 1), 0, 5), at(date(year, 12, 31), 23, 55)]
            between = [
                at(date(year, 1, 2) + timedelta(days=362 * n // left)) for n in range(left - 2)
            ]
            cases = [
                came(moment, region.private if n < private else None)
                for n, moment in enumerate([*edges, *between])
            ]
        classes = [key for key, count in AREAS.items() for _ in range(count)]
        for case, key in zip(cases[20:], classes, strict=False):
            with on(date(2024, 1, 10)):
                coordination.classify(
                    case, by=region.coordinator, event_class=code("event_class", key)
                )
        for n in range(OWN):
            came(at(date(2023, 1, 5) + timedelta(days=8 * n)), region.operations)
        came(at(date(2022, 12, 31), 23, 55), region.operations)
        came(at(date(2024, 1, 1), 0, 5))
        for door in ("complaint", "improvement"):
            came(at(date(2023, 5, 5)), door=door)
        twice = came(at(date(2023, 6, 1)))
        with on(date(2023, 6, 2)):
            coordination.merge(twice, into=cases[30], by=region.coordinator)
        with on(date(2024, 1, 12)):
            coordination.reject(
                cases[31], by=region.coordinator, reason="Ingen avvikelse.", answer="Tack."
            )


def reader(region, role=Role.CHIEF_PHYSICIAN, unit=None):
    """Somebody who reads the figures today."""
    return person_as(role, unit or region.region.root)
