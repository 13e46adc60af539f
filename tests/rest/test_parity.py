"""Everything the pages do can be done through the API, or it is written here why not."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver

from tests.matrix.walk import every_pattern

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
OURS = (
    "avvikelse.",
    "patientsakerhet.cases.",
    "patientsakerhet.administration.",
    "patientsakerhet.authority_reports.",
    "patientsakerhet.major_incidents.",
    "patientsakerhet.register.",
    "patientsakerhet.risk_analysis.",
    "patientsakerhet.year_registers.",
    "rapporter.annual_report.",
    "sakerhetsmeddelanden.",
)

COUNTERPARTS = {
    # the reporter's side
    "report": ("api-report-list",),
    "report_from": ("api-report-list",),
    "follow_report": ("api-report-follow",),
    "followed_report": ("api-report-follow-answer", "api-report-follow-verdict"),
    "own_report": ("api-report-answer", "api-report-verdict"),
    "find_device": ("api-device-detail",),
    # the case
    "deviation_say": ("api-deviation-comments",),
    "deviation_answer": ("api-deviation-feedback",),
    "deviation_attach": ("api-deviation-attachments",),
    "deviation_assess": ("api-deviation-assess",),
    "deviation_classify": ("api-deviation-classify",),
    "deviation_secrecy": ("api-deviation-secrecy",),
    "deviation_similar": ("api-deviation-similar-before",),
    "deviation_conclude": ("api-deviation-conclude",),
    "deviation_without_measure": ("api-deviation-conclude",),
    "deviation_note": ("api-deviation-notes",),
    "deviation_note_withdraw": ("api-deviation-note",),
    "deviation_moment_add": ("api-deviation-timeline",),
    "deviation_moment": ("api-deviation-moment",),
    "deviation_moment_remove": ("api-deviation-moment",),
    "deviation_cause": ("api-deviation-causes",),
    "deviation_cause_remove": ("api-deviation-cause",),
    "deviation_code": ("api-deviation-device-codes",),
    "deviation_code_remove": ("api-deviation-device-code",),
    "deviation_link": ("api-deviation-links",),
    "deviation_link_remove": ("api-deviation-link",),
    "deviation_ticket": ("api-deviation-tickets",),
    "deviation_ticket_remove": ("api-deviation-ticket",),
    "deviation_measure_new": ("api-deviation-measures",),
    "deviation_measure_existing": ("api-deviation-measure-serve",),
    "deviation_analysis_order": ("api-deviation-analysis",),
    "deviation_analysis_write": ("api-deviation-analysis",),
    "deviation_analysis_hand_in": ("api-deviation-analysis-hand-in",),
    "deviation_analysis_take_back": ("api-deviation-analysis-take-back",),
    "deviation_analysis_clear": ("api-deviation-analysis-clear",),
    "deviation_analysis_member": ("api-deviation-analysis-members",),
    "deviation_analysis_member_remove": ("api-deviation-analysis-member",),
    "deviation_barrier": ("api-deviation-analysis-barriers",),
    "deviation_barrier_remove": ("api-deviation-analysis-barrier",),
    "deviation_cause_place": ("api-deviation-analysis-cause",),
    "deviation_proposal": ("api-deviation-analysis-proposals",),
    "deviation_proposal_remove": ("api-deviation-analysis-proposal",),
    "deviation_proposal_decide": (
        "api-deviation-analysis-proposal-accept",
        "api-deviation-analysis-proposal-reject",
    ),
    "deviation_share": ("api-deviation-share",),
    "deviation_stop_sharing": ("api-deviation-stop-sharing",),
    "deviation_appoint": ("api-deviation-appoint",),
    "downgrade_review": ("api-deviation-assessment-review",),
    # risk analyses
    "risk_analysis_new": ("api-risk-analysis-list",),
    "analysis_describe": ("api-risk-analysis-describe",),
    "analysis_member": ("api-risk-analysis-add-member",),
    "analysis_member_remove": ("api-risk-analysis-remove-member",),
    "analysis_leader": ("api-risk-analysis-hand-over",),
    "analysis_patient": ("api-risk-analysis-patient-view",),
    "analysis_step": ("api-risk-analysis-add-step",),
    "analysis_step_change": ("api-risk-analysis-change-step",),
    "analysis_step_move": ("api-risk-analysis-move-step", "api-risk-analysis-remove-step"),
    "analysis_risk_new": ("api-risk-analysis-add-risk",),
    "analysis_risk_change": ("api-risk-analysis-change-risk",),
    "analysis_risk_score": ("api-risk-analysis-score",),
    "analysis_risk_withdraw": ("api-risk-analysis-withdraw-risk",),
    "analysis_risk_accept": ("api-risk-analysis-accept-risk",),
    "analysis_risk_review": ("api-risk-analysis-review-risk",),
    "analysis_measure_new": ("api-risk-analysis-propose",),
    "analysis_measure_aim": ("api-risk-analysis-aim",),
    "analysis_measure_decide": ("api-risk-analysis-decide",),
    "analysis_conclude": ("api-risk-analysis-conclude",),
    "analysis_sign": ("api-risk-analysis-sign",),
    "analysis_take_step": ("api-risk-analysis-step",),
    "risk_raise": ("api-risk-analysis-add-risk",),
    # major incidents
    "major_incident_new": ("api-major-incident-list",),
    "incident_describe": ("api-major-incident-describe",),
    "incident_concern": ("api-major-incident-concern",),
    "incident_leader": ("api-major-incident-hand-over",),
    "incident_ticket": ("api-major-incident-add-ticket",),
    "incident_ticket_remove": ("api-major-incident-remove-ticket",),
    "incident_gather": ("api-major-incident-gather",),
    "incident_release": ("api-major-incident-release",),
    "incident_learn": ("api-major-incident-learn",),
    "incident_measure_new": ("api-major-incident-decide-measure",),
    "incident_step": ("api-major-incident-step",),
    # measures
    "measure_begin": ("api-measure-begin",),
    "measure_finish": ("api-measure-finish",),
    "measure_progress": ("api-measure-detail",),
    "measure_change": ("api-measure-detail",),
    "measure_cancel": ("api-measure-cancel",),
    "measure_effect": ("api-measure-effect",),
    # coordination
    "coordination_decide": (
        "api-deviation-classify",
        "api-deviation-assess",
        "api-deviation-tie",
        "api-deviation-coordinate",
    ),
    "coordination_take": ("api-deviation-take",),
    "coordination_release": ("api-deviation-release",),
    "coordination_answered": ("api-deviation-heard-answer",),
    "coordination_unit": ("api-deviation-coordinate",),
    "coordination_hand_over": ("api-deviation-hand-over",),
    "coordination_ask": ("api-deviation-ask",),
    "coordination_reject": ("api-deviation-reject",),
    "coordination_recall": ("api-deviation-send-back",),
    "coordination_merge": ("api-deviation-merge",),
    "coordination_link": ("api-deviation-links",),
    "coordination_tie": ("api-deviation-tie",),
    "coordination_remind": ("api-deviation-remind",),
    "coordination_undo": ("api-deviation-undo",),
    # reports to authorities
    "case_report_new": ("api-case-authority-reports",),
    "case_report_worksheet": ("api-authority-report-worksheet",),
    # the registers of the year
    "meeting_new": ("api-meeting-list",),
    "meeting": ("api-meeting-detail",),
    "training_new": ("api-training-list",),
    "training": ("api-training-detail",),
    "responsibility_new": ("api-responsibility-list",),
    "responsibility": ("api-responsibility-detail",),
    "role_share_new": ("api-role-share-list",),
    "role_share": ("api-role-share-detail",),
    # the register
    "register_device_new": ("api-register-device-list",),
    "register_device_edit": ("api-register-device-detail",),
    "register_device_move": ("api-register-device-detail",),
    "register_model_new": ("api-register-model-list",),
    "register_model_edit": ("api-register-model-detail",),
    "register_model_merge": ("api-register-model-merge",),
    "register_system_new": ("api-register-system-list",),
    "register_system_edit": ("api-register-system-detail",),
    "register_party_new": ("api-register-party-list",),
    "register_party_edit": ("api-register-party-detail",),
    "register_party_merge": ("api-register-party-merge",),
    # safety notices: the way in
    "supplier_form": ("api-incoming-message-list",),
    "incoming_upload": ("api-incoming-message-list",),
    "incoming_message_promote": ("api-incoming-message-promote",),
    "incoming_message_add": ("api-incoming-message-add",),
    "incoming_message_set_aside": ("api-incoming-message-set-aside",),
    "incoming_message_bring_back": ("api-incoming-message-bring-back",),
    "published_notice_check": ("api-published-notice-check",),
    # safety notices: the notice
    "notice_new": ("api-notice-list",),
    "notice_confirm": ("api-notice-confirm",),
    "notice_parties": ("api-notice-parties",),
    "notice_product": ("api-notice-products", "api-notice-product"),
    "notice_product_remove": ("api-notice-product",),
    "notice_product_models": ("api-notice-product-models",),
    "notice_system": ("api-notice-systems",),
    "notice_judge": ("api-notice-judge",),
    "notice_supersede": ("api-notice-supersede",),
    "notice_step": ("api-notice-step",),
    "notice_target": ("api-notice-target",),
    "notice_unit_add": ("api-notice-add-unit",),
    "notice_unit_take_out": ("api-notice-take-out",),
    "notice_decide": ("api-notice-decide",),
    "notice_arrival": ("api-notice-arrival-ask", "api-notice-arrival-leave"),
    "notice_reply_prepare": ("api-notice-replies",),
    "notice_reply_send": ("api-notice-reply-send",),
    "notice_changed_answer_leave": ("api-notice-changed-answer-leave",),
    # safety notices: the units
    "notice_distribute": ("api-notice-distribute",),
    "notice_remind": ("api-notice-remind",),
    "notice_remind_all": ("api-notice-remind-all",),
    "notice_send_again": ("api-notice-send-again",),
    "notice_phone": ("api-notice-phone",),
    "notice_waive": ("api-notice-waive",),
    "notice_make_link": ("api-notice-links",),
    "notice_with_link": (
        "api-notice-link-send",
        "api-notice-link-renew-code",
        "api-notice-link-revoke",
    ),
    "notice_answer": ("api-notice-to-answer-answer",),
    "notice_devices": ("api-notice-to-answer-tick",),
    # the patientsäkerhetsberättelse
    "annual_report_new": ("api-annual-report-list",),
    "annual_report_describe": ("api-annual-report-describe",),
    "annual_report_target": ("api-annual-report-targets",),
    "annual_report_target_remove": ("api-annual-report-target",),
    "annual_report_say": ("api-annual-report-comments",),
    "annual_report_section": ("api-annual-report-section",),
    "annual_report_section_act": ("api-annual-report-section-act",),
    "annual_report_draft_new": ("api-annual-report-drafts",),
    "annual_report_step": ("api-annual-report-step",),
}
"""Page -> the addresses of the API that do the same; written by hand."""

STEPS = {
    "take": "take",
    "release": "release",
    "ask": "ask",
    "coordinate": "coordinate",
    "hand_over": "hand-over",
    "receive": "receive",
    "send_back": "send-back",
    "plan": "plan",
    "follow_up": "follow-up",
    "resume": "resume",
    "close": "close",
    "reject": "reject",
    "restore": "restore",
    "merge": "merge",
    "unmerge": "unmerge",
    "reopen": "reopen",
}
"""Step of the page `deviation_step` -> the act of the API."""

LINKED = (
    "En personlig länk är till för en människa utan konto; ett program har en nyckel och svarar "
    "för sin enhet med den."
)
REPORT_ACTS = {
    "begar": "ask",
    "besluta": "decide",
    "prova-om": "reconsider",
    "skickad": "submit",
    "kvittens": "receipt",
    "komplettera": "supplement",
    "svar": "outcome",
    "tillverkaren": "manufacturer",
    "avsluta": "close",
    "ta-upp": "take-up",
}
"""Act of the page `case_report_step` -> the act of the API."""

VIEWS = "Vyer är en persons egna bokmärken på sidorna; ett program har sina egna."
BULK = "Ett program gör samma handling ärende för ärende, med var sin version och nyckel."
SETTINGS = (
    "Inställningar ändras av en person på en sida eller ur en fil; ett program läser dem bara."
)
WRITTEN = "Mallar skrivs av en människa på en sida; ett program börjar från dem med deras namn."
WITHOUT = {
    "save_draft": "Ett program sparar själv det som inte är skickat.",
    "discard_draft": "Ett program sparar själv det som inte är skickat.",
    "similar_reports": "Visas medan någon skriver; påverkar inte vad som lämnas in.",
    "cases_extract": "Ett program läser listan över ärenden, sida för sida.",
    "own_absence": "Frånvaro lägger en person in för sig själv; ett program har ingen.",
    "remove_own_absence": "Frånvaro lägger en person in för sig själv; ett program har ingen.",
    "receipt": "Lägger en anmälan bland de egna när inloggningen tog slut; en nyckel tar inte slut så.",
    "annual_report_sign": "Den som fastställer visar igen vem hon är; det kan inte en nyckel.",
    "deviation_original": "Det maskerade visas bara för en människa på en sida, aldrig för ett program.",
    **dict.fromkeys(("risk_template_new", "risk_template"), WRITTEN),
    **dict.fromkeys(("notice_link", "notice_linked_answer", "notice_linked_devices"), LINKED),
    **dict.fromkeys(
        (
            "cases_views",
            "cases_view_forget",
            "measures_views",
            "measures_view_forget",
            "coordination_views",
            "coordination_forget_view",
        ),
        VIEWS,
    ),
    **dict.fromkeys(
        (
            "cases_many",
            "coordination_bulk",
            "coordination_bulk_proceed",
            "coordination_bulk_undo",
        ),
        BULK,
    ),
}
"""Page -> why a program does not do it."""


ACTS_WITHOUT = {
    "links.read_code": (
        "Koden läses upp på telefon för rätt person; ett program som har skickat länken ska inte "
        "också ha koden."
    ),
    "links.open_with": LINKED,
    "answers.through": LINKED,
    "opening.file_of": "Filer som kom utifrån öppnas av en människa, en i taget, med kontroll.",
    "opening.original_of": "Originalet öppnas av en människa, med kontroll när det sker.",
    "devices.move": (
        "Ett program ändrar utrustningens enhet; ändras inget annat berättar spåret om en flytt."
    ),
}
"""Act that a page calls -> why no program calls it."""
QUESTIONS = {
    "handling.moment_of",
    "links.still_opens",
    "replies.missing",
    "core.may_keep",
}
"""What pages ask the acts' modules, which changes nothing."""
ACTING = ("sakerhetsmeddelanden", "patientsakerhet.register", "patientsakerhet.major_incidents")


def calls_of(app, room):
    """The acts that a room of the app calls, as module.function, read off its text."""
    found = set()
    for path in Path(import_module(f"{app}.{room}").__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text())
        known = {
            (alias.asname or alias.name): alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == f"{app}.actions"
            for alias in node.names
        }
        found |= {
            f"{known[node.value.id]}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in known
            and callable(getattr(import_module(f"{app}.actions.{known[node.value.id]}"), node.attr))
        }
    return found


def allows_post(view):
    """Whether the view answers a POST, by what its decorators say; one without any may."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            held = cell.cell_contents
            if isinstance(held, list | tuple) and held and set(held) <= METHODS:
                return "POST" in held
        view = getattr(view, "__wrapped__", None)
    return True


def posting_pages():
    """The names of our pages that answer a POST."""
    return {
        pattern.name
        for pattern in every_pattern()
        if pattern.callback.__module__.startswith(OURS)
        and not pattern.name.startswith("api-")
        and allows_post(pattern.callback)
    }


def is_of_settings(name):
    return any(
        str(pattern.pattern).startswith("installningar/")
        for pattern in every_pattern()
        if pattern.name == name
    )


def names_of_the_api():
    return {pattern.name for pattern in every_pattern() if pattern.name.startswith("api-")}


def test_every_act_of_a_page_can_be_done_by_a_program_or_it_is_written_why_not():
    answered = set(COUNTERPARTS) | set(WITHOUT) | {"deviation_step", "case_report_step"}
    missing = {name for name in posting_pages() - answered if not is_of_settings(name)}

    assert not missing, "pages without a counterpart in the API"
    assert set(COUNTERPARTS) & set(WITHOUT) == set()
    assert all(len(reason) > 20 for reason in (*WITHOUT.values(), SETTINGS))


def test_what_is_written_here_is_there():
    assert (set(COUNTERPARTS) | set(WITHOUT)) <= posting_pages()
    assert {one for names in COUNTERPARTS.values() for one in names} <= names_of_the_api()


def test_every_step_of_the_page_is_an_act_of_the_api():
    from avvikelse.views.case_steps import PAGES

    assert set(PAGES) == set(STEPS)
    assert {f"api-deviation-{act}" for act in STEPS.values()} <= names_of_the_api()


def test_every_act_on_a_report_is_an_act_of_the_api():
    from patientsakerhet.authority_reports.views.step import PAGES

    assert set(PAGES) == set(REPORT_ACTS)
    assert {f"api-authority-report-{act}" for act in REPORT_ACTS.values()} <= names_of_the_api()


def test_the_walker_tells_a_page_that_posts_from_one_that_reads():
    pages = posting_pages()

    assert {"deviation_say", "measure_begin", "coordination_take"} <= pages
    assert pages & {"deviation", "measures", "cases", "home", "code_systems"} == set()
    assert isinstance(get_resolver(), URLResolver)


@pytest.mark.parametrize("name", ["undelivered", "code_systems"])
def test_settings_are_known_by_their_address(name):
    assert is_of_settings(name)


@pytest.mark.parametrize("app", ACTING)
def test_every_act_that_a_page_calls_the_api_calls_too(app):
    pages, api = calls_of(app, "views"), calls_of(app, "api")

    assert len(pages) > 5
    assert pages - api - set(ACTS_WITHOUT) - QUESTIONS == set()
    assert set(ACTS_WITHOUT) & api == set()


def test_what_no_program_does_is_something_that_a_page_does():
    pages = set().union(*(calls_of(app, "views") for app in ACTING))

    assert set(ACTS_WITHOUT) | QUESTIONS <= pages
    assert all(len(reason) > 20 for reason in ACTS_WITHOUT.values())
