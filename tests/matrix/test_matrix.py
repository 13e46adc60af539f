"""Every address x role x place x membership, against a table written by hand."""

from contextlib import contextmanager, nullcontext
from copy import copy
from datetime import timedelta
from functools import cache, partial
from random import Random
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from avvikelse.actions import assessment, event_analysis, investigation, proposals
from avvikelse.forms.follow import pass_for
from avvikelse.models import RoutingRule
from patientsakerhet.access import policy, tokens
from patientsakerhet.access.models import CaseAccess, Level
from patientsakerhet.authority_reports.actions import deciding
from patientsakerhet.authority_reports.models import ReportKind
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import attachments, links
from patientsakerhet.cases.forms.sending import Sending
from patientsakerhet.cases.models import Code, CodeSystem, Submission
from patientsakerhet.exchange import runs
from patientsakerhet.information_security.actions import follow_ups, programmes
from patientsakerhet.information_security.models import ClassificationTemplate
from patientsakerhet.notifications import outbox
from patientsakerhet.notifications.models import Message
from patientsakerhet.organisation.models import Absence, Assignment, Person, Role
from patientsakerhet.risk_analysis.models import AnalysisTemplate
from rapporter.annual_report import setting
from rapporter.annual_report.actions import opening, writing
from sakerhetsmeddelanden import messages
from sakerhetsmeddelanden.actions import intake, reading, replies
from sakerhetsmeddelanden.actions import links as answer_links
from sakerhetsmeddelanden.models import ChangedAnswer, LateArrival, PublishedNotice
from sakerhetsmeddelanden.views import linked
from tests.access.test_policy import EXPECTED
from tests.avvikelse.analysing import measure_of
from tests.cases.sample_files import picture, upload
from tests.conftest import one_in
from tests.factories import (
    Region,
    code,
    decide_measure,
    fresh,
    in_status,
    make_device,
    make_system,
    make_unit,
    person_as,
)
from tests.information_security import making as classified
from tests.information_security.test_impact import Impact
from tests.log_review.making import reviewed
from tests.made_once import for_a_module, judged
from tests.major_incidents.making import World as Incident
from tests.matrix.rules import RULES, Rule
from tests.matrix.walk import arguments_of, every_pattern, put_away
from tests.rapporter.annual_report.making import work, write_and_sign
from tests.rapporter.builder.making import build
from tests.risk_analysis.making import World as AnalysisMaker
from tests.sakerhetsmeddelanden.making import REPLY
from tests.sakerhetsmeddelanden.sending import ask_about, recipient_of, sent_out
from tests.year_registers.making import Year

PLACES = (
    "root",  # above everything
    "administration",  # parent of the owner and of the desk
    "devices",  # owns the case
    "workshop",  # below the owner
    "operations",  # beside the owner; had a share that has ended
    "desk",  # coordinates
    "ward",  # filed it
    "sibling",  # beside the ward
    "private",  # another provider, has an extract
)
ANYWHERE = ("devices", "private")
"""Where those are tried whose right hangs on no place: own and another provider."""
WITHOUT_PLACE = {"page", "signed_in", "own", "mine"}
"""Sorts of rules that ask for no place."""
DRAWN = ("devices", "private")
"""Where pages are drawn in full too, as those who may do most see them and those who may do least."""
SHARE = 16
"""Of so many requests of the first round one is waited for; at a landing it is asked whole."""
BY_ROLE = [
    pytest.param(role, marks=pytest.mark.together(f"matrix {number % 2}"))
    for number, role in enumerate(Role.values)
]
pytestmark = pytest.mark.together("matrix 0")  # in two processes: to make the world takes long
REACHED = {"devices": "owner", "desk": "coordination", "ward": "reader", "private": "extract"}
ABOVE = {
    "root": {"devices", "desk", "ward", "operations", "administration", "hospital"},
    "administration": {"devices", "desk", "operations", "administration"},
    "devices": {"devices"},
    "operations": {"operations"},
    "desk": {"desk"},
    "ward": {"ward"},
    "private": {"private"},
}
NOTICE_REACHED = {"desk": "coordination", "ward": "recipient"}
ANALYSIS_REACHED = {"desk": "coordination", "devices": "owner"}
IMPACT_REACHED = {"operations": "classified_reader", "desk": "classified_desk"}
INCIDENT_REACHED = {"desk": "coordination", "devices": "owner", "ward": "reader"}
ANNUAL_REPORT_REACHED = {"desk": "coordination", "devices": "owner"}
CLASSIFICATION_REACHED = {
    "operations": "classified_reader",  # the system's unit
    "desk": "classified_desk",
    "administration": "classified",  # concerned, with their coordinators
    "hospital": "classified",
}
KEEPING = ("root", "administration", "devices")
"""Where one stands over the unit that manages the register's rows."""
CLASSIFYING = {
    "read_classification",
    "lead_classification",
    "deliver_classification",
    "decide_classification",
}
REPORTING = {"ask_for_report", "keep_reports", "decide_report", "decide_security_report"}
CLASSIFIED = CLASSIFYING | REPORTING | {"comment", "decide_measures", "do_measures"}
EVERYTHING = set().union(*EXPECTED.values()) - {"read_notice", "answer_notice"} - CLASSIFYING
ALLOWED = {
    "coordination": EVERYTHING,
    "owner": EVERYTHING - {"coordinate"},
    "reader": {"read", "read_sensitive", "read_protected", "comment", "export"},
    "extract": {"read_extract", "comment"},
    "recipient": {"read_notice", "answer_notice"},
    "classified": CLASSIFIED,
    "classified_reader": CLASSIFIED | {"read", "read_sensitive", "read_protected", "export"},
    "classified_desk": CLASSIFIED | EVERYTHING,
}


def expected_of(role, place, reached=REACHED):
    """What the hand-written tables say that this role at this place may do with the case."""
    held = set()
    for unit in ABOVE.get(place, set()) & set(reached):
        held |= EXPECTED[role] & ALLOWED[reached[unit]]
    return held if held & {"read", "read_extract", "read_notice", "read_classification"} else set()


def is_of_notice(name):
    """Whether the address is of the safety notice and not of the deviation."""
    return name.startswith(("notice_", "safety_notice", "api-notice-"))


def is_of_analysis(name):
    """Whether the address is of the risk analysis and not of the deviation."""
    lists = {
        "risk_analyses",
        "risk_analyses_extract",
        "risk_analysis_new",
        "api-risk-analysis-list",
    }
    ours = ("risk_analysis", "analysis_", "api-risk-analysis")
    return name not in lists and name.startswith(ours)


def is_of_classification(name):
    """Whether the address is of information security."""
    return name.removeprefix("api-").startswith(
        ("classification", "security_follow_up", "security-follow-up", "programme")
    )


def is_of_impact(name):
    """Whether the address is of the impact assessment."""
    return name.startswith(("impact_", "api-impact-"))


def is_of_incident(name):
    """Whether the address is of the major incident."""
    lists = {"major_incidents", "major_incidents_extract", "major_incident_new"}
    ours = ("major_incident", "incident_", "api-major-incident-")
    return name not in lists | {"api-major-incident-list"} and name.startswith(ours)


def is_of_annual_report(name):
    """Whether the address is of the patientsäkerhetsberättelse."""
    lists = {
        "annual_reports",
        "annual_reports_extract",
        "annual_report_new",
        "api-annual-report-list",
    }
    return name not in lists and name.startswith(("annual_report", "api-annual-report-"))


def way_of(name):
    """How far the case that the address is of has come."""
    if is_of_annual_report(name):
        return ANNUAL_REPORT_REACHED
    if is_of_analysis(name):
        return ANALYSIS_REACHED
    if is_of_classification(name):
        return CLASSIFICATION_REACHED
    if is_of_impact(name):
        return IMPACT_REACHED
    if is_of_incident(name):
        return INCIDENT_REACHED
    return NOTICE_REACHED if is_of_notice(name) else REACHED


class AnalysisWorld:
    """A risk analysis of the unit that owns the deviation, waiting for decisions."""

    def __init__(self, region):
        world = AnalysisMaker(region)
        world.commissioner = region.physician
        world.leader = region.coordinator
        self.case = world.in_status("deciding", unit=region.devices)
        analysis = self.case.risk_analysis
        member = analysis.members.exclude(part="leader").filter(person=None).get()
        step, measure = analysis.steps.get(), self.case.measures.get()
        self.keys = {
            "risk_template": AnalysisTemplate.objects.first().pk,
            "api-analysis-template-detail": AnalysisTemplate.objects.first().pk,
            "analysis_member_remove": member.pk,
            "analysis_step_change": step.pk,
            "analysis_step_move": step.pk,
            "analysis_measure_aim": measure.pk,
            "analysis_measure_decide": measure.pk,
        }
        self.arguments = {
            "number": self.case.number,
            "serial": 1,
            "stage": "fore",
            "way": "upp",
            "name": "send_back",
        }


class ClassificationWorld:
    """A classification whose owner is to decide, a programme and a planned follow-up."""

    def __init__(self, region):
        made = classified.World(region)
        self.case = made.proposed()
        row = self.case.information_classification
        programmes.put(None, by=made.lead, code="prov", name="Prov")
        follow_up = follow_ups.plan(
            by=made.lead,
            title="Behörigheter",
            unit=region.devices,
            responsible=made.owner,
            planned_on=timezone.localdate(),
        )
        self.arguments = {"number": self.case.number, "name": "cancel", "code": "prov"}
        administration, risk = row.administrations.first().pk, row.risks.get().pk
        self.keys = {
            "classification_template": ClassificationTemplate.objects.first().pk,
            "api-classification-template-detail": ClassificationTemplate.objects.first().pk,
            "classification_input_check": row.inputs.first().pk,
            "classification_coordinator": administration,
            "classification_administration_remove": administration,
            "classification_participant_remove": row.participants.get().pk,
            "classification_risk": risk,
            "classification_risk_remove": risk,
            "classification_measure": risk,
            "security_follow_up": follow_up.pk,
            "api-security-follow-up-detail": follow_up.pk,
            "api-security-follow-up-record": follow_up.pk,
        }


class NoticeWorld:
    """A notice that has gone out to the ward, and a link to somebody there without account."""

    def __init__(self, region, device):
        region.units = [region.ward]
        self.case = sent_out(region)
        recipient = recipient_of(self.case, region.ward)
        self.link = answer_links.make(
            recipient, address="utan.konto@exempel.se", name="Eva", by=region.coordinator
        )
        ask_about(recipient, device)
        arrival = LateArrival.objects.create(
            notice=self.case.safety_notice,
            device=device,
            unit=region.ward,
            reason="Kom senare.",
            found_at=timezone.now(),
        )
        changed = ChangedAnswer.objects.create(
            notice=self.case.safety_notice,
            recipient=recipient,
            was="not_affected",
            now="acknowledged_affected",
            reason="Fanns i förrådet.",
            changed_at=timezone.now(),
        )
        product = self.case.safety_notice.products.first()
        reply = replies.prepare(
            self.case,
            by=region.coordinator,
            form="customer",
            language="sv",
            details=REPLY,
            partial=True,
        )
        self.keys = {
            "notice_product": product.pk,
            "api-notice-product": product.pk,
            "api-notice-product-models": product.pk,
            "api-notice-arrival-ask": arrival.pk,
            "api-notice-arrival-leave": arrival.pk,
            "notice_product_remove": product.pk,
            "notice_product_models": product.pk,
            "notice_unit_take_out": recipient.pk,
            "notice_arrival": arrival.pk,
            "notice_reply_send": reply.pk,
            "api-notice-reply-send": reply.pk,
            "notice_changed_answer_leave": changed.pk,
            "api-notice-changed-answer-leave": changed.pk,
        }
        self.arguments = {
            "number": self.case.number,
            "code": region.ward.code,
            "link": str(self.link.pk),
            "what": "kod",
        }
        self.tokens = {
            "notice_to": messages.signed(recipient),
            "notice_link": "okand",
            "notice_linked_answer": linked.pass_for(self.link),
            "notice_linked_devices": linked.pass_for(self.link),
        }


INCOMING = (
    "incoming_message",
    "incoming_message_original",
    "incoming_message_promote",
    "incoming_message_add",
    "incoming_message_set_aside",
    "incoming_message_bring_back",
    "incoming_file",
    "api-incoming-message-detail",
    "api-incoming-message-promote",
    "api-incoming-message-add",
    "api-incoming-message-set-aside",
    "api-incoming-message-bring-back",
)


def incoming_message(submission=None):
    """A message with a file that has come in and been read."""
    file = files.receive(upload("bild.png", picture()))
    message = intake.take_written(
        {},
        door="form",
        submission=submission or uuid4(),
        received=[file],
        subject="Volumed 300",
        text="Pumpen stannar.",
        sender="fsn@volumed.example",
        sender_name="Volumed",
    ).message
    reading.read(message.pk)
    return message


def supplier_receipt():
    """The address of a receipt for what a supplier has sent."""
    sending = Sending.begin(None)
    incoming_message(sending.id)
    return sending.receipt()


class AnnualReports:
    """A report that is being written, and one that is published."""

    def __init__(self, region):
        self.year = timezone.localdate().year
        # Nobody reads the files here, and they take as long to set as all the rest to make.
        with patch.object(setting, "files", lambda said, at: {"pdf": b"%PDF-", "docx": b"PK"}):
            self._make(region, region.devices, region.coordinator)

    def _make(self, region, unit, by):
        done = opening.start(unit, self.year - 1, by=by, submission=uuid4())
        work()
        write_and_sign(done, region)
        case = opening.start(unit, self.year, by=by, submission=uuid4())
        work()
        target = writing.add_target(case, by=by, text="Färre avbrott", aim="5", owner="Driften")
        self.arguments = {
            "number": case.number,
            "key": "mal",
            "name": "hand_in",
            "act": "faktagranska",
        }
        self.by_program = {**self.arguments, "act": "check"}
        edition = done.annual_report.editions.get().pk
        draft = case.annual_report.builds.get().pk
        self.by_program |= {"draft": draft, "target": target.pk}
        self.keys = {
            "public_report": edition,
            "public_report_file": edition,
            "annual_report_draft": draft,
            "annual_report_file": draft,
            "annual_report_target_remove": target.pk,
        }


class World:
    """A case that has been about, its measure, and what else addresses ask for."""

    def __init__(self):
        self.region = region = Region()
        region.workshop = make_unit("Verkstaden", parent=region.devices)
        self.case = in_status("in_investigation", region)
        self.measure = decide_measure(self.case, by=region.investigator)
        policy.reach(self.case, Level.EXTRACT, unit=region.private)
        policy.reach(
            self.case,
            Level.READER,
            unit=region.operations,
            until=timezone.now() - timedelta(minutes=1),
        )
        self.own_keys = self.children()
        self.device = make_device("MT-10417", region.devices)
        self.system = make_system("Journalen", region.devices)
        self.rule = RoutingRule.objects.create(
            name="Pumpar", words=["pump"], receiver=region.devices
        )
        self.arguments = {
            "number": self.case.number,
            "pk": self.measure.pk,
            "rule": self.rule.pk,
            "person": region.investigator.pk,
            "name": "close",
            "code": region.ward.code,
            "system": "deviation_kind",
            "inventory_number": "MT-10417",
            "uidb36": "1",
            "key": "set-password",
            "provider_id": "ingen",
            "shelf": "utrustning",
            "form": "csv",
            "version": "rapport",
            "position": 0,
            "api_key": make_key(region),
            "message": make_dead(self.case),
            "case_kind": "deviation",
            "status": "reported",
            "act": "avsluta",
            "kind_key": "lex_maria",
            "measure": "patient_meetings",
            "terms_name": "kriterier",
            "term_key": "sensitive",
        }

        sending = Sending(Submission.objects.get(case=self.case).pk, None)
        self.codes = {"scoring_method": "matris"}
        self.kinds = {"import_mapping": "event_log"}
        self.notice = NoticeWorld(region, self.device)
        self.analysis = AnalysisWorld(region)
        self.own_keys |= self.notice.keys | self.analysis.keys
        self.classification = ClassificationWorld(region)
        self.own_keys |= self.classification.keys | Year(region, region.devices).keys()
        assessed = Impact(region).to_decide()
        self.impact_arguments = {"number": assessed.number, "name": "cancel"}
        risk = assessed.impact_assessment.risks.get().pk
        self.own_keys |= dict.fromkeys(
            ("impact_risk", "impact_risk_remove", "impact_measure"), risk
        )
        self.own_keys["log_review"] = reviewed(region.devices).pk
        kept = build(region.physician).pk
        self.own_keys |= dict.fromkeys([one for one in RULES if "saved" in one], kept)
        suffered = Incident(region).gathered(self.case)
        self.incident_arguments = {"number": suffered.number, "name": "withdraw"}
        self.own_keys |= {
            "incident_release": self.case.pk,
            "incident_ticket_remove": suffered.tickets.get().pk,
        }
        reports = AnnualReports(region)
        self.annual_report_arguments = reports.arguments
        self.annual_report_by_program = reports.by_program
        self.own_keys |= reports.keys
        self.tokens = {
            "receipt": sending.receipt(),
            "followed_report": pass_for(self.case),
            "supplier_receipt": supplier_receipt(),
            **self.notice.tokens,
        }

    def children(self):
        """What belongs to the case and has an address of its own, by the address's name."""
        case, by = self.case, self.region.investigator
        note = investigation.note(case, "Sensorn visade fel.", by=by, source="Protokoll")
        moment = investigation.add_to_timeline(case, "Pumpen stannade.", by=by, at=case.filed_at)
        cause = investigation.add_cause(
            case,
            by=by,
            area=code("cause_area", "technology_equipment"),
            text="Sensorn åldras.",
            evidence="Protokoll.",
        )
        term = Code.objects.create(
            system=CodeSystem.objects.create(key="imdrf_prov", name="IMDRF, prov"),
            code="A01",
            label="Prov",
            valid_from=timezone.localdate(),
        )
        device_code = investigation.add_device_code(case, by=by, code=term)
        link = links.link(case, in_status("closed", self.region), by=by)
        ticket = links.add_ticket(case, by=by, kind="problem", system="Desk", number="PRB-1")
        lowered = assessment.assess(
            case, by=by, actual=0, potential=1, probability=1, reason="Utrett."
        )
        lex_maria = ReportKind.objects.get(key="lex_maria")
        report = deciding.begin(case, lex_maria, by=by, grounds="Kan vara allvarligt.", ask=True)
        file = attachments.attach(case, files.receive(upload("bild.png", picture())), by=by)
        units = b"Kod;Namn\nward-9;Avdelning 9\n"
        run = runs.upload("units", "enheter.csv", units, by=None)
        equipment = runs.upload(
            "equipment",
            "utrustning.csv",
            b"Nyckel\n7\n",
            by=None,
            options={"source": "Boken", "unit": self.region.devices.code},
        )
        runs.carry_on(equipment.pk)
        away = Absence.objects.create(
            person=by,
            first_day=timezone.localdate(),
            last_day=timezone.localdate() + timedelta(days=3),
        )
        analysis = event_analysis.commission(
            case,
            by=by,
            question="Varför stannade pumpen?",
            lead=by,
            due_on=timezone.localdate() + timedelta(days=30),
        )
        member = event_analysis.add_member(analysis, by=by, name="Sakkunnig", part="expert")
        barrier = event_analysis.add_barrier(analysis, by=by, text="Larmet.", held="failed")
        proposal = proposals.propose(analysis, by=by, **measure_of(by))
        return {
            **dict.fromkeys(
                ("deviation_analysis_member_remove", "api-deviation-analysis-member"), member.pk
            ),
            **dict.fromkeys(
                ("deviation_barrier_remove", "api-deviation-analysis-barrier"), barrier.pk
            ),
            **dict.fromkeys(("deviation_cause_place", "api-deviation-analysis-cause"), cause.pk),
            **dict.fromkeys(
                (
                    "deviation_proposal_remove",
                    "deviation_proposal_decide",
                    "api-deviation-analysis-proposal",
                    "api-deviation-analysis-proposal-accept",
                    "api-deviation-analysis-proposal-reject",
                ),
                proposal.pk,
            ),
            "provider": self.region.root.care_provider_id,
            "end_role": Assignment.objects.get(person=by).pk,
            "remove_absence": away.pk,
            "remove_own_absence": away.pk,
            **dict.fromkeys(
                ("import_run", "import_confirm", "import_discard", "import_resume"), run.pk
            ),
            "import_columns": equipment.pk,
            "api-deviation-note": note.pk,
            "api-deviation-moment": moment.pk,
            "api-deviation-cause": cause.pk,
            "api-deviation-device-code": device_code.pk,
            "api-deviation-link": link.pk,
            "api-deviation-ticket": ticket.pk,
            "api-deviation-assessment-review": lowered.pk,
            **{
                name: report.pk
                for name in RULES
                if name.startswith(("case_report", "api-authority-report-"))
            },
            "deviation_note_withdraw": note.pk,
            "deviation_moment": moment.pk,
            "deviation_moment_remove": moment.pk,
            "deviation_cause_remove": cause.pk,
            "deviation_code_remove": device_code.pk,
            "deviation_link_remove": link.pk,
            "deviation_ticket_remove": ticket.pk,
            "downgrade_review": lowered.pk,
            "attachment": file.pk,
            **dict.fromkeys(INCOMING, incoming_message().pk),
            **dict.fromkeys(
                ("published_notice_check", "api-published-notice-check"),
                PublishedNotice.objects.create(
                    number="6.1-2026-1",
                    published_on=timezone.localdate(),
                    manufacturer="Volumed AB",
                    product="Volumed 300",
                ).pk,
            ),
            **dict.fromkeys(
                ("code", "rename_code", "place_code", "end_code", "move_code"),
                code("cause_area", "technology_equipment").pk,
            ),
        }

    def in_the_register(self, name):
        """The key of the register's row that the address is about; else the measure's."""
        rows = {
            "register_device": self.device,
            "register_model": self.device.model,
            "register_system": self.system,
            "register_party": self.device.model.manufacturer,
            "api-register-device": self.device,
            "api-register-model": self.device.model,
            "api-register-system": self.system,
            "api-register-party": self.device.model.manufacturer,
        }
        found = next((row for start, row in rows.items() if name.startswith(start)), self.measure)
        return found.pk

    def address(self, pattern):
        given = {
            **self.arguments,
            **(self.notice.arguments if is_of_notice(pattern.name) else {}),
            **(self.analysis.arguments if is_of_analysis(pattern.name) else {}),
            **(self.impact_arguments if is_of_impact(pattern.name) else {}),
            **(self.incident_arguments if is_of_incident(pattern.name) else {}),
            **(self.annual_report_arguments if is_of_annual_report(pattern.name) else {}),
            **(
                self.annual_report_by_program
                if pattern.name.startswith("api-annual-report-")
                else {}
            ),
            **(self.classification.arguments if is_of_classification(pattern.name) else {}),
            "pk": self.own_keys.get(pattern.name) or self.in_the_register(pattern.name),
            "token": self.tokens.get(pattern.name),
            "kind": self.kinds.get(pattern.name, "units"),
            "form": "docx" if pattern.name == "deviation_analysis_report" else "csv",
            **({"code": self.codes[pattern.name]} if pattern.name in self.codes else {}),
        }
        return reverse(pattern.name, kwargs={name: given[name] for name in arguments_of(pattern)})


def make_key(region):
    """What names a key to the API."""
    token, _ = tokens.give_out(
        region.reporter,
        by=person_as("administrator", region.root),
        name="Matrisen",
        scopes=["reports:write"],
        days=1,
    )
    token.refresh_from_db()
    return token.ref


def make_dead(case):
    """What names a message about the case that could not be sent."""
    message = outbox.promise(
        "feedback", key="matrix", case_id=case.pk, number=case.number, address="a@exempel.se"
    )
    Message.objects.filter(pk=message.pk).update(state="dead", last_error="smtp_550")
    return message.pk


def held_for(rule, role, place, way=REACHED):
    """What the hand-written tables say the role holds where the rule looks."""
    anywhere = EXPECTED[role]
    if rule.sort == "page" or (rule.sort in {"kept", "seen"} and place in KEEPING):
        return anywhere
    if rule.sort == "found":
        seen = anywhere if place in KEEPING else {"elsewhere"}
        return seen if {rule.can, *rule.also} & anywhere else set()
    if rule.sort in {"kept", "seen"}:
        return anywhere - {rule.can}
    reached = expected_of(role, place, way)
    if rule.sort == "undelivered":
        seen = anywhere & {"see_undelivered"} if "read" in reached else set()
        return (anywhere & {"administer"}) | seen
    return reached


def ask(client, rule, address):
    """The status of one request; whatever it did is undone, but for the trail of what was read."""
    if rule.method == "get":
        answer = client.get(address)
    else:
        with transaction.atomic():
            answer = getattr(client, rule.method)(
                address,
                {},
                content_type="application/json"
                if address.startswith("/api/")
                else "application/x-www-form-urlencoded",
                headers={"Idempotency-Key": "matrix", "If-Match": '"v1"'},
            )
            transaction.set_rollback(True)
    if answer.streaming:
        list(answer.streaming_content)
        put_away(answer)
    return answer


def to_sign_in(answer):
    return answer.status_code in {401, 403} or (
        answer.status_code == 302 and answer.headers["Location"].startswith("/konto/logga-in/")
    )


def judge(rule, held, answer):
    """Whether the answer is one that these rights should get; "" or what is wrong."""
    status, sort = answer.status_code, rule.sort
    if status >= 500 and (sort, status) != ("public", 503):  # the health page, saying it is ill
        return "an error"
    if sort in {"passing", "account"}:
        return ""
    if sort == "public":
        return "" if not (status in {401, 403, 404} or to_sign_in(answer)) else "shut"
    if sort == "signed_in":
        return "" if status not in {401, 403, 404} else "shut"
    if sort in {"page", "kept"}:
        if held & {rule.can, *rule.also}:
            return "" if status not in {401, 403, 404} else "shut"
        return "" if status == 403 else "open"
    if sort == "seen":
        if rule.can in held:
            return "" if status not in {401, 403, 404} else "shut"
        return "" if status == 404 else "known"
    if sort == "found":
        if held & {rule.can, *rule.also}:
            return "" if status not in {401, 403, 404} else "shut"
        return "" if status == (404 if held else 403) else "known"
    if sort == "undelivered":
        if held:
            return "" if status not in {401, 403, 404} else "shut"
        return "" if status in {403, 404} else "open"
    if sort == "own":
        return "" if status == 404 else "open"
    if sort == "mine":
        return "" if status in {403, 404} else "open"
    sees = held & set(rule.reads)
    if not sees:
        return "" if status == 404 else "known"
    if sort == "case":
        return "" if status in {200, 302} else "shut"
    if rule.can in held:
        return "" if status not in {401, 403, 404} else "shut"
    # Without the right: refused, or sent back because the form was empty; never done.
    return "" if status in {400, 403, 409, 412, 422} else "open"


def by_role():
    """The addresses whose answer hangs on who asks."""
    return [
        pattern
        for pattern in every_pattern()
        if RULES[pattern.name].sort not in {"public", "passing", "account"}
    ]


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker):
    """The world, rolled back after the module; what a test does to it, after the test."""
    with for_a_module(django_db_blocker):
        yield judged(World())


@pytest.fixture
def world(made_once, db):
    return made_once


@pytest.fixture(params=[SHARE, pytest.param(1, marks=pytest.mark.long)], ids=["some", "all"])
def some(request, chance):
    """One address in so many, which the printed seed draws, and at a landing all of them."""
    return partial(one_in, request.param, chance)


@contextmanager
def signed_in(person):
    """She is known to each request with her roles as they are now, which do not change meanwhile."""
    policy.assignments_of(person)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.auth.get_user", lambda request: copy(person))
        yield come_in(person)


@contextmanager
def undrawn():
    """Whether a page opens is decided before it is drawn, which takes longer than the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", lambda self, context=None, request=None: "")
        yield


def come_in(person):
    """A browser of hers; what the first page writes into a session stays there."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/")
    return client


def test_every_address_has_a_rule_and_every_rule_an_address():
    named = {pattern.name for pattern in every_pattern()}

    assert named - set(RULES) == set(), "addresses nobody has decided about"
    # Addresses of a demonstration, and of signing in through a provider where one is set.
    sometimes = {"account_demo", "gallery"} | {
        one for one in RULES if one.startswith(("openid_", "socialaccount_"))
    }
    assert set(RULES) - named <= sometimes, "rules for nothing"


def test_a_stranger_is_sent_to_sign_in(world, some):
    wrong = {}
    for pattern in some(every_pattern()):
        rule = RULES[pattern.name]
        answer = ask(Client(), rule, world.address(pattern))
        if rule.sort in {"public", "passing"}:
            ok = not judge(rule, set(), answer)
        else:
            ok = to_sign_in(answer)
        if not ok:
            wrong[pattern.name] = answer.status_code

    assert not wrong, wrong


@pytest.mark.parametrize("role", Role.values)
def test_addresses_are_drawn_for_the_role(role, world, chance):
    first = asked_first()[role]
    addresses = {place: [] for place in PLACES}
    for place, pattern in one_in(
        SHARE, chance, ((one, two) for one in first for two in first[one])
    ):
        addresses[place].append(pattern)
    ask_everywhere(role, world, addresses)


@pytest.mark.long
@pytest.mark.parametrize("role", BY_ROLE)
def test_every_address_for_the_role(role, world):
    ask_everywhere(role, world, asked_first()[role])


@pytest.mark.thorough
@pytest.mark.parametrize("role", BY_ROLE)
def test_every_address_for_the_role_at_the_other_places(role, world, part_of):
    addresses = {place: part_of(patterns) for place, patterns in asked_then(role).items()}
    ask_everywhere(role, world, addresses, drawn=())


def test_an_address_is_asked_in_every_way_first_and_everywhere_in_the_end():
    for pattern in by_role():
        rule, tried, ways = RULES[pattern.name], set(), set()
        for role in Role.values:
            for place in places_of(rule):
                way = stands(rule, role, place, pattern)
                ways.add(way)
                is_first = pattern in asked_first()[role][place]
                tried |= {way} if is_first else set()
                assert is_first != (pattern in asked_then(role)[place])
        assert tried == ways, pattern.name


def places_of(rule):
    """Where whoever asks may stand."""
    return ANYWHERE if rule.sort in WITHOUT_PLACE else PLACES


def stands(rule, role, place, pattern):
    """Whether the role holds anything there, and what of it the rule asks for."""
    held = held_for(rule, role, place, way_of(pattern.name))
    return bool(held), *sorted(held & {rule.can, *rule.also, *rule.reads})


@cache
def asked_first():
    """By role and place, the addresses that are tried there first.

    Of the roles that stand alike to an address at every place, one is tried: at one place for each
    way to stand that has not been tried, and at one place at least, where pages are drawn when it
    holds anything there. The address's name shuffles roles and places, the same in every run.
    """
    found = {role: {place: [] for place in PLACES} for role in Role.values}
    for pattern in by_role():
        rule, chance, roles, tried = RULES[pattern.name], Random(pattern.name), set(), set()
        for role in chance.sample(Role.values, len(Role.values)):
            alike = {}
            for place in places_of(rule):
                alike.setdefault(stands(rule, role, place, pattern), []).append(place)
            if (everywhere := str(alike)) in roles:
                continue
            roles.add(everywhere)
            for way in [one for one in alike if one not in tried] or [chance.choice(list(alike))]:
                tried.add(way)
                drawn = [place for place in alike[way] if any(way) and place in DRAWN]
                found[role][chance.choice(drawn or alike[way])].append(pattern)
    return found


@cache
def asked_then(role):
    """By place, all other addresses: together the two are every one at every place."""
    first = asked_first()[role]
    return {
        place: [
            pattern
            for pattern in by_role()
            if pattern not in first[place] and place in places_of(RULES[pattern.name])
        ]
        for place in PLACES
    }


def ask_everywhere(role, world, addresses, drawn=DRAWN):
    """The answers at each place to its addresses, against the tables."""
    before = fresh(world.case).version
    wrong = {}
    for place, patterns in addresses.items():
        person = person_as(role, getattr(world.region, place))
        with signed_in(person) as client, nullcontext() if place in drawn else undrawn():
            for pattern in patterns:
                rule = RULES[pattern.name]
                held = held_for(rule, role, place, way_of(pattern.name))
                answer = ask(client, rule, world.address(pattern))
                if fault := judge(rule, held, answer):
                    wrong[place, pattern.name] = (fault, answer.status_code)

    assert not wrong, f"{len(wrong)}: {wrong}"
    assert fresh(world.case).version == before


@pytest.mark.parametrize("state", ["future", "ended", "inactive"])
def test_a_membership_that_is_not_in_force_opens_nothing(state, world, some):
    drawn = set(some(pattern.name for pattern in by_role()))
    assert not opened_outside(
        state, world, lambda pattern: {lasting_role(pattern)} if pattern.name in drawn else set()
    )


@pytest.mark.thorough
@pytest.mark.parametrize("state", ["future", "ended", "inactive"])
def test_no_other_membership_that_is_not_in_force_opens_anything(state, world, part_of):
    some = set(part_of(pattern.name for pattern in by_role()))
    assert not opened_outside(
        state,
        world,
        lambda pattern: {*LASTING} - {lasting_role(pattern)} if pattern.name in some else set(),
    )


LASTING = ("coordinator", "chief_physician", "unit_manager")
"""Roles that open most, tried before they begin and after they end."""


def lasting_role(pattern):
    """The one that the address is tried with first, the same in every run."""
    return Random(pattern.name).choice(LASTING)


def opened_outside(state, world, roles_for):
    """What a role opens that is not in force: nothing but what anybody signed in may see."""
    today = timezone.localdate()
    wrong = {}
    for role in LASTING:
        person = person_as(role, world.region.root)
        client = come_in(person)
        held = Assignment.objects.filter(person=person)
        if state == "future":
            held.update(valid_from=today + timedelta(days=1))
        elif state == "ended":
            held.update(valid_to=today - timedelta(days=1))
        else:
            Person.objects.filter(pk=person.pk).update(is_active=False)
        for pattern in by_role():
            if role not in roles_for(pattern):
                continue
            rule = RULES[pattern.name]
            answer = ask(client, rule, world.address(pattern))
            if state == "inactive":
                ok = to_sign_in(answer)
            else:
                ok = not judge(rule, set(), answer)
            if not ok:
                wrong[role, pattern.name] = answer.status_code
    return wrong


def test_the_reporter_follows_her_own_and_reads_no_case(world, some):
    client = come_in(world.region.reporter)
    wrong = {}
    for pattern in some(by_role()):
        rule = RULES[pattern.name]
        answer = ask(client, rule, world.address(pattern))
        if rule.sort == "own":
            ok = answer.status_code not in {401, 403, 404} and answer.status_code < 500
        elif is_of_notice(pattern.name):  # she works where the notice has come
            ok = not judge(rule, expected_of("reporter", "ward", NOTICE_REACHED), answer)
        else:
            ok = not judge(
                rule, EXPECTED["reporter"] if rule.sort in {"page", "kept"} else set(), answer
            )
        if not ok:
            wrong[pattern.name] = answer.status_code

    assert not wrong, wrong


def test_a_share_that_has_ended_left_its_row_and_opens_nothing(world):
    assert CaseAccess.objects.filter(case=world.case, unit=world.region.operations).exists()
    assert not expected_of("unit_manager", "operations")


def test_the_judge_can_find_fault():
    """A matrix that never fails proves nothing: each rule is shown an answer it must refuse."""

    class Answer:
        def __init__(self, status):
            self.status_code, self.headers = status, {"Location": ""}

    assert judge(Rule("case"), set(), Answer(200)) == "known"
    assert judge(Rule("case"), {"read"}, Answer(404)) == "shut"
    assert judge(Rule("act", "close"), {"read"}, Answer(302)) == "open"
    assert judge(Rule("act", "close"), {"read", "close"}, Answer(403)) == "shut"
    assert judge(Rule("page", "administer"), set(), Answer(200)) == "open"
    assert judge(Rule("own"), set(), Answer(200)) == "open"
    assert judge(Rule("public"), set(), Answer(500)) == "an error"
