"""Everything the pages do can be done through the API, or it is written here why not."""

import pytest
from django.urls import URLResolver, get_resolver

from tests.matrix.walk import every_pattern

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
OURS = (
    "avvikelse.",
    "patientsakerhet.cases.",
    "patientsakerhet.administration.",
    "patientsakerhet.register.",
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
    "deviation_share": ("api-deviation-share",),
    "deviation_stop_sharing": ("api-deviation-stop-sharing",),
    "deviation_appoint": ("api-deviation-appoint",),
    "downgrade_review": ("api-deviation-assessment-review",),
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

VIEWS = "Vyer är en persons egna bokmärken på sidorna; ett program har sina egna."
BULK = "Ett program gör samma handling ärende för ärende, med var sin version och nyckel."
SETTINGS = (
    "Inställningar ändras av en person på en sida eller ur en fil; ett program läser dem bara."
)
WITHOUT = {
    "save_draft": "Ett program sparar själv det som inte är skickat.",
    "discard_draft": "Ett program sparar själv det som inte är skickat.",
    "similar_reports": "Visas medan någon skriver; påverkar inte vad som lämnas in.",
    "cases_extract": "Ett program läser listan över ärenden, sida för sida.",
    "own_absence": "Frånvaro lägger en person in för sig själv; ett program har ingen.",
    "remove_own_absence": "Frånvaro lägger en person in för sig själv; ett program har ingen.",
    "receipt": "Lägger en anmälan bland de egna när inloggningen tog slut; en nyckel tar inte slut så.",
    "deviation_original": "Det maskerade visas bara för en människa på en sida, aldrig för ett program.",
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
    answered = set(COUNTERPARTS) | set(WITHOUT) | {"deviation_step"}
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


def test_the_walker_tells_a_page_that_posts_from_one_that_reads():
    pages = posting_pages()

    assert {"deviation_say", "measure_begin", "coordination_take"} <= pages
    assert pages & {"deviation", "measures", "cases", "home", "code_systems"} == set()
    assert isinstance(get_resolver(), URLResolver)


@pytest.mark.parametrize("name", ["undelivered", "code_systems"])
def test_settings_are_known_by_their_address(name):
    assert is_of_settings(name)
