"""What every address is for, written by hand: an address without a row here fails the matrix."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Who gets in.

    `public`: anybody, `passing` too but some are sent on to sign in. `signed_in`: whoever has signed in.
    `account`: the same, about her own way of signing in, whatever her roles. `page`: whoever holds the capability
    somewhere, or one of those in `also`. `kept`: as `page`, at the unit that manages the thing or above it.
    `seen`: as `kept`, 404 for the rest. `found`: as `seen`, but 403 for whoever holds it nowhere.
    `case`: whoever may read the case, 404 for the rest. `act`: as `case`, and 403
    without the capability. `own`: the reporter of the case and nobody else. `mine`: something that
    belongs to one person; for everybody else it does not exist. `undelivered`: whoever may see
    what was not delivered, about a case she may read, and administrators.
    """

    sort: str
    can: str = ""
    method: str = "get"
    reads: tuple = ("read",)
    also: tuple = ()


PUBLIC, PASSING = Rule("public"), Rule("passing")
SIGNED_IN, OWN = Rule("signed_in"), Rule("own")
ACCOUNT = Rule("account")
CASE = Rule("case")


def act(can, **more):
    return Rule("act", can, "post", **more)


CLASSIFIED = ("read", "read_classification")
IMPORTING = (
    "manage_rules",
    "import_cases",
    "import_register",
    "lead_analysis",
    "lead_classification",
    "manage_notices",
)
"""What something can be read in by; each sees the imports of what is hers to read in."""


RULES = {
    # sign-in: allauth's own pages
    **dict.fromkeys(
        (
            "account_logout",
            "account_demo",
            "mfa_authenticate",
            "mfa_login_webauthn",
            "openid_connect_login",
            "openid_connect_callback",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
        ),
        PASSING,
    ),
    **dict.fromkeys(
        (
            "account_login",
            "account_inactive",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "account_look",
            "gallery",
            "health",
        ),
        PUBLIC,
    ),
    **dict.fromkeys(
        (
            "mfa_index",
            "account_reauthenticate",
            "account_change_password",
            "account_set_password",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "account_totp_picture",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
            "mfa_remove_webauthn",
            "mfa_edit_webauthn",
        ),
        ACCOUNT,
    ),
    # the reporter's side: anybody reports, and reads what her code or her own account opens
    **dict.fromkeys(
        (
            "report",
            "report_from",
            "blank_form",
            "blank_form_from",
            "follow_report",
            "followed_report",
            "receipt",
        ),
        PUBLIC,
    ),
    **dict.fromkeys(("find_device", "similar_reports"), Rule("public", method="post")),
    **dict.fromkeys(("save_draft", "discard_draft"), Rule("signed_in", method="post")),
    "own_reports": SIGNED_IN,
    "own_report": OWN,
    # lists of cases
    **dict.fromkeys(("cases", "cases_views"), SIGNED_IN),
    "cases_extract": Rule("page", "export"),
    **dict.fromkeys(("cases_many", "cases_view_forget"), Rule("signed_in", method="post")),
    # the case
    **dict.fromkeys(
        (
            "deviation_assessment",
            "deviation_investigation",
            "deviation_measures",
            "deviation_parties",
            "deviation_history",
            "deviation_analysis",
            "deviation_analysis_report",
            "attachment",
        ),
        CASE,
    ),
    "deviation": Rule("case", reads=("read", "read_extract")),
    **dict.fromkeys(
        ("deviation_say", "deviation_attach"), act("comment", reads=("read", "read_extract"))
    ),
    **dict.fromkeys(
        (
            "deviation_link",
            "deviation_link_remove",
            "deviation_ticket",
            "deviation_ticket_remove",
        ),
        act("comment"),
    ),
    "deviation_answer": act("answer_reporter"),
    "deviation_original": act("see_reporter"),
    "deviation_secrecy": act("set_secrecy"),
    **dict.fromkeys(("deviation_assess", "deviation_classify"), act("assess")),
    **dict.fromkeys(
        (
            "deviation_similar",
            "deviation_conclude",
            "deviation_note",
            "deviation_note_withdraw",
            "deviation_moment_add",
            "deviation_moment",
            "deviation_moment_remove",
            "deviation_cause",
            "deviation_cause_remove",
            "deviation_code",
            "deviation_code_remove",
            "deviation_without_measure",
            "deviation_analysis_write",
            "deviation_analysis_hand_in",
            "deviation_analysis_take_back",
            "deviation_analysis_clear",
            "deviation_analysis_member",
            "deviation_analysis_member_remove",
            "deviation_barrier",
            "deviation_barrier_remove",
            "deviation_cause_place",
            "deviation_proposal",
            "deviation_proposal_remove",
        ),
        act("investigate"),
    ),
    **dict.fromkeys(
        (
            "deviation_measure_new",
            "deviation_measure_existing",
            "deviation_analysis_order",
            "deviation_proposal_decide",
            "api-deviation-analysis-proposal-accept",
            "api-deviation-analysis-proposal-reject",
        ),
        act("decide_measures"),
    ),
    "deviation_appoint": act("receive"),
    **dict.fromkeys(("deviation_share", "deviation_stop_sharing"), act("hand_over")),
    "deviation_step": act("close"),
    "downgrades": Rule("page", "review_downgrades"),
    "downgrade_review": act("review_downgrades"),
    # the first page, measures across cases, saved views
    **dict.fromkeys(("home", "measures", "measures_views"), SIGNED_IN),
    "measures_extract": Rule("page", "export"),
    "measure": Rule("case", reads=("read", "read_extract")),
    **dict.fromkeys(
        ("measure_begin", "measure_finish", "measure_progress"),
        act("do_measures", reads=("read", "read_extract")),
    ),
    **dict.fromkeys(
        ("measure_change", "measure_cancel", "measure_effect"),
        act("decide_measures", reads=("read", "read_extract")),
    ),
    "measures_view_forget": Rule("signed_in", method="post"),
    # the API
    **dict.fromkeys(
        (
            "api-docs",
            "api-schema",
            "api-codes",
            "api-report-list",
            "api-deviation-list",
            "api-measure-list",
            "api-unit-list",
            "api-unit-detail",
            "api-system-list",
            "api-device-detail",
        ),
        SIGNED_IN,
    ),
    **dict.fromkeys(("api-report-detail", "api-report-messages"), OWN),
    **dict.fromkeys(("api-report-answer", "api-report-verdict"), Rule("own", method="post")),
    **dict.fromkeys(
        (
            "api-deviation-detail",
            "api-deviation-transitions",
            "api-deviation-handovers",
            "api-deviation-assessments",
            "api-deviation-notes",
            "api-deviation-timeline",
            "api-deviation-causes",
            "api-deviation-measures",
            "api-deviation-comments",
            "api-deviation-links",
            "api-deviation-tickets",
            "api-deviation-attachments",
            "api-deviation-analysis",
            "api-deviation-analysis-deidentified",
        ),
        CASE,
    ),
    "api-measure-detail": Rule("case", reads=("read", "read_extract")),
    **dict.fromkeys(
        (
            "api-deviation-take",
            "api-deviation-release",
            "api-deviation-ask",
            "api-deviation-coordinate",
            "api-deviation-reject",
            "api-deviation-merge",
            "api-deviation-unmerge",
        ),
        act("coordinate"),
    ),
    **dict.fromkeys(("api-deviation-heard-answer", "api-deviation-remind"), act("coordinate")),
    "api-deviation-restore": act("coordinate"),
    "api-deviation-appoint": act("receive"),
    "api-deviation-secrecy": act("set_secrecy"),
    "api-deviation-device-codes": CASE,
    **dict.fromkeys(
        (
            "api-deviation-note",
            "api-deviation-moment",
            "api-deviation-cause",
            "api-deviation-device-code",
            "api-deviation-analysis-member",
            "api-deviation-analysis-barrier",
            "api-deviation-analysis-proposal",
        ),
        Rule("act", "investigate", "delete"),
    ),
    "api-deviation-analysis-cause": Rule("act", "investigate", "put"),
    **dict.fromkeys(
        (
            "api-deviation-analysis-hand-in",
            "api-deviation-analysis-take-back",
            "api-deviation-analysis-clear",
            "api-deviation-analysis-members",
            "api-deviation-analysis-barriers",
            "api-deviation-analysis-proposals",
        ),
        act("investigate"),
    ),
    **dict.fromkeys(
        ("api-deviation-link", "api-deviation-ticket"), Rule("act", "comment", "delete")
    ),
    "api-deviation-measure-serve": act("decide_measures"),
    "api-deviation-assessment-review": act("review_downgrades"),
    **dict.fromkeys(
        ("api-report-follow", "api-report-follow-answer", "api-report-follow-verdict"),
        Rule("signed_in", method="post"),
    ),
    **dict.fromkeys(
        ("api-deviation-assess", "api-deviation-classify", "api-deviation-tie"), act("assess")
    ),
    **dict.fromkeys(
        ("api-deviation-hand-over", "api-deviation-share", "api-deviation-stop-sharing"),
        act("hand_over"),
    ),
    **dict.fromkeys(("api-deviation-receive", "api-deviation-send-back"), act("receive")),
    **dict.fromkeys(
        ("api-deviation-plan", "api-deviation-similar-before", "api-deviation-conclude"),
        act("investigate"),
    ),
    **dict.fromkeys(("api-deviation-follow-up", "api-deviation-resume"), act("decide_measures")),
    "api-deviation-close": act("close"),
    "api-deviation-reopen": act("reopen"),
    "api-deviation-feedback": act("answer_reporter"),
    "api-deviation-undo": act("read"),
    **dict.fromkeys(
        ("api-measure-begin", "api-measure-finish"),
        act("do_measures", reads=("read", "read_extract")),
    ),
    **dict.fromkeys(
        ("api-measure-cancel", "api-measure-effect"),
        act("decide_measures", reads=("read", "read_extract")),
    ),
    # the register
    **dict.fromkeys(
        (
            "register",
            "register_models",
            "register_systems",
            "register_parties",
            "register_device",
            "register_model",
            "register_system",
            "register_party",
            "api-register-device-list",
            "api-register-device-detail",
            "api-register-device-history",
            "api-register-device-holdings",
            "api-register-model-list",
            "api-register-model-detail",
            "api-register-model-history",
            "api-register-system-list",
            "api-register-system-detail",
            "api-register-system-history",
            "api-register-party-list",
            "api-register-party-detail",
        ),
        Rule("page", "read_register"),
    ),
    "register_extract": Rule("page", "export"),
    **dict.fromkeys(
        ("register_device_new", "register_model_new", "register_system_new"),
        Rule("page", "keep_register"),
    ),
    **dict.fromkeys(
        (
            "register_device_edit",
            "register_device_move",
            "register_model_edit",
            "register_model_merge",
            "register_system_edit",
        ),
        Rule("kept", "keep_register"),
    ),
    **dict.fromkeys(
        ("register_party_new", "register_party_edit", "register_party_merge"),
        Rule("page", "keep_parties"),
    ),
    "api-register-device-take-in": Rule("page", "import_register", "post"),
    "api-register-device-mark-gone": Rule("page", "import_register", "post"),
    "api-register-model-merge": Rule("kept", "keep_register", "post"),
    "api-register-party-merge": Rule("page", "keep_parties", "post"),
    # settings
    "settings": SIGNED_IN,
    "files": Rule("page", "administer", also=(*IMPORTING, "export", "review_log")),
    "imports": Rule("page", "administer", also=IMPORTING),
    **dict.fromkeys(
        (
            "providers",
            "new_provider",
            "provider",
            "units",
            "new_unit",
            "unit",
            "people",
            "new_person",
            "person",
            "roles",
            "end_role",
            "absences",
            "new_absence",
        ),
        Rule("page", "administer"),
    ),
    **dict.fromkeys(
        (
            "change_unit",
            "move_unit",
            "end_unit",
            "reopen_unit",
            "person_change",
            "person_role",
            "person_absence",
            "person_deactivate",
            "person_reactivate",
            "remove_absence",
        ),
        Rule("page", "administer", "post"),
    ),
    "own_absence": SIGNED_IN,
    "remove_own_absence": Rule("mine", method="post"),
    # of units, in the matrix
    **dict.fromkeys(
        ("import_new", "import_template", "import_run", "export_file"),
        Rule("page", "administer"),
    ),
    # of an event log
    "import_mapping": Rule("page", "import_cases"),
    # of an equipment database
    "import_columns": Rule("page", "import_register"),
    **dict.fromkeys(
        ("import_confirm", "import_discard", "import_resume"),
        Rule("page", "administer", "post"),
    ),
    # safety notices: the way in
    **dict.fromkeys(("supplier_form", "supplier_receipt"), PUBLIC),
    **dict.fromkeys(
        (
            "incoming_messages",
            "incoming_messages_extract",
            "incoming_upload",
            "incoming_message",
            "incoming_message_original",
            "incoming_file",
            "published_notices",
            "api-published-notice-list",
            "api-incoming-message-list",
            "api-incoming-message-detail",
        ),
        Rule("page", "manage_notices"),
    ),
    **dict.fromkeys(
        (
            "incoming_message_promote",
            "incoming_message_add",
            "incoming_message_set_aside",
            "incoming_message_bring_back",
            "published_notice_check",
            "api-published-notice-check",
            "api-incoming-message-promote",
            "api-incoming-message-add",
            "api-incoming-message-set-aside",
            "api-incoming-message-bring-back",
        ),
        Rule("page", "manage_notices", "post"),
    ),
    **dict.fromkeys(
        (
            "code_systems",
            "code_system",
            "new_code",
            "code",
            "deadline_rules",
            "deadline_rule",
            "risk_scale",
            "scoring_methods",
            "scoring_method",
        ),
        Rule("page", "administer"),
    ),
    **dict.fromkeys(
        ("rename_code", "place_code", "end_code", "move_code"),
        Rule("page", "administer", "post"),
    ),
    **dict.fromkeys(("api_keys", "new_api_key", "api_key"), Rule("page", "administer")),
    "take_back_api_key": Rule("page", "administer", "post"),
    "undelivered": Rule("page", "see_undelivered"),
    "undelivered_message": Rule("undelivered"),
    **dict.fromkeys(
        ("resend_message", "correct_message", "give_up_message"),
        Rule("undelivered", method="post"),
    ),
    # safety notices: the unit's side, the way in by mail, the coordinator's side
    "notices_to_answer": SIGNED_IN,
    "notices_to_answer_extract": Rule("page", "export"),
    **dict.fromkeys(
        ("notice_answer", "notice_devices", "notice_to"), Rule("case", reads=("read_notice",))
    ),
    **dict.fromkeys(("notice_link", "notice_linked_answer", "notice_linked_devices"), PUBLIC),
    **dict.fromkeys(("notice_recipients", "notice_recipient"), CASE),
    "notice_recipients_extract": Rule("act", "export"),
    "notice_call_list": Rule("act", "manage_notices"),
    **dict.fromkeys(
        (
            "notice_distribute",
            "notice_remind",
            "notice_remind_all",
            "notice_send_again",
            "notice_phone",
            "notice_make_link",
            "notice_with_link",
        ),
        act("manage_notices"),
    ),
    "notice_waive": act("waive_notice"),
    # safety notices: the coordinator's side
    "safety_notices": SIGNED_IN,
    **dict.fromkeys(("notice_figures", "api-notice-figures-list"), SIGNED_IN),
    **dict.fromkeys(("notices_extract", "notice_figures_extract"), Rule("page", "export")),
    "notice_new": Rule("page", "manage_notices"),
    "safety_notice": Rule("case", reads=("read", "read_notice")),
    **dict.fromkeys(("notice_judging", "notice_targets", "notice_reply", "notice_history"), CASE),
    **dict.fromkeys(
        (
            "notice_confirm",
            "notice_parties",
            "notice_product",
            "notice_product_remove",
            "notice_product_models",
            "notice_system",
            "notice_judge",
            "notice_supersede",
            "notice_step",
            "notice_target",
            "notice_unit_add",
            "notice_unit_take_out",
            "notice_decide",
            "notice_arrival",
            "notice_reply_prepare",
            "notice_reply_send",
            "notice_changed_answer_leave",
        ),
        act("manage_notices"),
    ),
    **dict.fromkeys(("api-notice-list", "api-notice-to-answer-list"), SIGNED_IN),
    **dict.fromkeys(
        ("api-notice-to-answer-detail", "api-notice-to-answer-devices"),
        Rule("case", reads=("read_notice",)),
    ),
    **dict.fromkeys(
        ("api-notice-to-answer-answer", "api-notice-to-answer-tick"),
        act("answer_notice", reads=("read_notice",)),
    ),
    **dict.fromkeys(
        (
            "api-notice-detail",
            "api-notice-recipients",
            "api-notice-considered",
            "api-notice-undecided",
            "api-notice-replies",
            "api-notice-changed-answers",
            "api-notice-products",
            "api-notice-arrivals",
            "api-notice-distributions",
            "api-notice-transitions",
            "api-notice-recipient",
            "api-notice-recipient-devices",
            "api-notice-recipient-events",
            "api-notice-recipient-mails",
            "api-notice-links",
        ),
        CASE,
    ),
    **dict.fromkeys(
        (
            "api-notice-confirm",
            "api-notice-judge",
            "api-notice-step",
            "api-notice-supersede",
            "api-notice-target",
            "api-notice-add-unit",
            "api-notice-take-out",
            "api-notice-decide",
            "api-notice-reply-send",
            "api-notice-changed-answer-leave",
            "api-notice-parties",
            "api-notice-systems",
            "api-notice-product-models",
            "api-notice-arrival-ask",
            "api-notice-arrival-leave",
            "api-notice-distribute",
            "api-notice-remind",
            "api-notice-remind-all",
            "api-notice-send-again",
            "api-notice-phone",
            "api-notice-link-send",
            "api-notice-link-renew-code",
            "api-notice-link-revoke",
        ),
        act("manage_notices"),
    ),
    "api-notice-product": Rule("act", "manage_notices", "put"),
    "api-notice-waive": act("waive_notice"),
    # risk analyses
    **dict.fromkeys(("risk_analyses", "risks"), SIGNED_IN),
    **dict.fromkeys(("risk_analyses_extract", "risks_extract"), Rule("page", "export")),
    "analysis_extract": Rule("act", "export"),
    "risk_raise": act("lead_analysis"),
    **dict.fromkeys(("api-risk-analysis-list", "api-risk-list"), SIGNED_IN),
    **dict.fromkeys(("api-risk-analysis-detail", "api-risk-analysis-deviations"), CASE),
    **dict.fromkeys(
        (
            "api-risk-analysis-describe",
            "api-risk-analysis-patient-view",
            "api-risk-analysis-hand-over",
            "api-risk-analysis-add-member",
            "api-risk-analysis-remove-member",
            "api-risk-analysis-add-step",
            "api-risk-analysis-change-step",
            "api-risk-analysis-move-step",
            "api-risk-analysis-remove-step",
            "api-risk-analysis-add-risk",
            "api-risk-analysis-change-risk",
            "api-risk-analysis-score",
            "api-risk-analysis-accept-risk",
            "api-risk-analysis-withdraw-risk",
            "api-risk-analysis-review-risk",
            "api-risk-analysis-propose",
            "api-risk-analysis-aim",
            "api-risk-analysis-conclude",
        ),
        act("lead_analysis"),
    ),
    **dict.fromkeys(
        ("api-risk-analysis-decide", "api-risk-analysis-sign", "api-risk-analysis-step"),
        act("decide_analysis"),
    ),
    **dict.fromkeys(
        (
            "risk_analysis_new",
            "risk_templates",
            "risk_template_new",
            "risk_template",
            "api-analysis-template-list",
            "api-analysis-template-detail",
        ),
        Rule("page", "lead_analysis"),
    ),
    **dict.fromkeys(
        (
            "risk_analysis",
            "analysis_risks",
            "analysis_risk",
            "analysis_measures",
            "analysis_report",
            "analysis_history",
        ),
        CASE,
    ),
    **dict.fromkeys(
        (
            "analysis_describe",
            "analysis_member",
            "analysis_member_remove",
            "analysis_leader",
            "analysis_patient",
            "analysis_risk_new",
            "analysis_risk_change",
            "analysis_risk_score",
            "analysis_risk_withdraw",
            "analysis_risk_accept",
            "analysis_risk_review",
            "analysis_step",
            "analysis_step_change",
            "analysis_step_move",
            "analysis_measure_new",
            "analysis_measure_aim",
            "analysis_conclude",
        ),
        act("lead_analysis"),
    ),
    **dict.fromkeys(
        ("analysis_measure_decide", "analysis_sign", "analysis_take_step"), act("decide_analysis")
    ),
    # reports to authorities
    "authority_reports": SIGNED_IN,
    "authority_reports_extract": Rule("page", "export"),
    **dict.fromkeys(("case_reports", "case_report", "case_report_worksheet"), CASE),
    "case_report_new": act("ask_for_report"),
    "case_report_step": act("keep_reports"),
    **dict.fromkeys(("api-authority-report-list", "api-report-kind-list"), SIGNED_IN),
    **dict.fromkeys(
        (
            "api-authority-report-detail",
            "api-authority-report-proposal",
            "api-case-authority-reports",
        ),
        CASE,
    ),
    **dict.fromkeys(
        ("api-authority-report-ask", "api-authority-report-reconsider"), act("ask_for_report")
    ),
    "api-authority-report-decide": act("decide_lex_maria"),
    **dict.fromkeys(
        (
            "api-authority-report-worksheet",
            "api-authority-report-submit",
            "api-authority-report-receipt",
            "api-authority-report-supplement",
            "api-authority-report-outcome",
            "api-authority-report-manufacturer",
            "api-authority-report-close",
            "api-authority-report-take-up",
        ),
        act("keep_reports"),
    ),
    **dict.fromkeys(
        (
            "security_terms_underlag",
            "security_terms_kriterier",
            "security_terms_nivaer",
            "security_term_new",
            "security_term",
        ),
        Rule("page", "administer", also=("lead_classification",)),
    ),
    "security_term_end": Rule("page", "administer", "post", also=("lead_classification",)),
    **dict.fromkeys(("report_kinds", "report_kind", "new_report_kind"), Rule("page", "administer")),
    "end_report_kind": Rule("page", "administer", "post"),
    # coordination
    **dict.fromkeys(
        (
            "coordination",
            "coordination_news",
            "coordination_extract",
            "coordination_views",
        ),
        Rule("page", "coordinate"),
    ),
    **dict.fromkeys(
        ("routing_rules", "new_routing_rule", "routing_rule"),
        Rule("page", "manage_rules"),
    ),
    **dict.fromkeys(
        (
            "try_routing_rule",
            "switch_on_routing_rule",
            "switch_off_routing_rule",
            "remove_routing_rule",
        ),
        Rule("page", "manage_rules", "post"),
    ),
    "coordination_bulk": Rule("page", "coordinate", "post"),
    **dict.fromkeys(
        (
            "coordination_forget_view",
            "coordination_bulk_proceed",
            "coordination_bulk_undo",
        ),
        Rule("mine", method="post"),
    ),
    "coordination_bulk_act": Rule("mine"),
    **dict.fromkeys(
        (
            "coordination_decide",
            "coordination_take",
            "coordination_release",
            "coordination_answered",
            "coordination_link",
            "coordination_tie",
            "coordination_remind",
            "coordination_undo",
        ),
        act("coordinate"),
    ),
    **dict.fromkeys(
        (
            "coordination_unit",
            "coordination_hand_over",
            "coordination_ask",
            "coordination_reject",
            "coordination_recall",
            "coordination_merge",
        ),
        act("coordinate"),
    ),
    # information security
    "classifications": SIGNED_IN,
    **dict.fromkeys(
        (
            "classification_gaps",
            "classification_coverage",
            "classification_coverage_extract",
            "security_follow_ups",
            "programmes",
            "classifications_extract",
            "classification_gaps_extract",
            "security_follow_ups_extract",
        ),
        Rule("page", "read_classification"),
    ),
    **dict.fromkeys(
        (
            "classification_order",
            "classification_templates",
            "api-classification-template-list",
            "api-classification-template-detail",
            "classification_template_new",
            "classification_template",
            "security_follow_up_new",
            "programme_new",
            "programme",
        ),
        Rule("page", "lead_classification"),
    ),
    "classification_order_many": Rule("page", "lead_classification", "post"),
    **dict.fromkeys(
        ("classification_request_many", "api-classification-gap-request-one"),
        Rule("page", "deliver_classification", "post"),
    ),
    "security_follow_up": Rule("seen", "read_classification"),
    **dict.fromkeys(
        (
            "classification",
            "classification_input",
            "classification_risks",
            "classification_decision",
            "classification_history",
        ),
        Rule("case", reads=CLASSIFIED),
    ),
    "classification_extract": Rule("act", "read_classification", reads=CLASSIFIED),
    "classification_write": act("deliver_classification", reads=CLASSIFIED),
    **dict.fromkeys(
        (
            "classification_owner",
            "classification_step",
            "classification_input_check",
            "classification_administration",
            "classification_coordinator",
            "classification_administration_remove",
            "classification_participant",
            "classification_participant_remove",
            "classification_no_risks",
            "classification_risk",
            "classification_risk_remove",
            "classification_measure",
        ),
        act("lead_classification", reads=CLASSIFIED),
    ),
    # information security in the API
    **dict.fromkeys(("api-classification-list", "api-security-follow-up-list"), SIGNED_IN),
    "api-classification-detail": Rule("case", reads=CLASSIFIED),
    "api-classification-write": act("deliver_classification", reads=CLASSIFIED),
    "api-classification-decide": act("decide_classification", reads=CLASSIFIED),
    **dict.fromkeys(
        (
            "api-classification-change-owner",
            "api-classification-add-participant",
            "api-classification-remove-participant",
            "api-classification-name-administration",
            "api-classification-remove-administration",
            "api-classification-check-off",
            "api-classification-write-risk",
            "api-classification-remove-risk",
            "api-classification-say-no-risks",
            "api-classification-decide-measure",
            "api-classification-step",
        ),
        act("lead_classification", reads=CLASSIFIED),
    ),
    **dict.fromkeys(
        ("api-classification-gap-list", "api-programme-list", "api-programme-detail"),
        Rule("page", "read_classification"),
    ),
    "api-security-follow-up-detail": Rule("seen", "read_classification"),
    "api-security-follow-up-record": Rule("seen", "read_classification", "post"),
    # impact assessments
    "impact_assessments": SIGNED_IN,
    "impact_assessments_extract": Rule("page", "read_classification"),
    "impact_new": Rule("page", "lead_classification"),
    **dict.fromkeys(("impact_assessment", "impact_history"), Rule("case", reads=CLASSIFIED)),
    "impact_decide": act("decide_classification", reads=CLASSIFIED),
    **dict.fromkeys(
        (
            "impact_screen",
            "impact_write",
            "impact_risk",
            "impact_risk_remove",
            "impact_measure",
            "impact_officer",
            "impact_advise",
            "impact_consult",
            "impact_step",
        ),
        act("lead_classification", reads=CLASSIFIED),
    ),
    "api-impact-list": SIGNED_IN,
    "api-impact-detail": Rule("case", reads=CLASSIFIED),
    "api-impact-decide": act("decide_classification", reads=CLASSIFIED),
    **dict.fromkeys(
        (
            "api-impact-screen",
            "api-impact-write",
            "api-impact-write-risk",
            "api-impact-remove-risk",
            "api-impact-decide-measure",
            "api-impact-choose-officer",
            "api-impact-advise",
            "api-impact-consult",
            "api-impact-step",
        ),
        act("lead_classification", reads=CLASSIFIED),
    ),
    # major incidents
    # the patientsäkerhetsberättelse
    **dict.fromkeys(("public_reports", "public_report", "public_report_file"), PUBLIC),
    **dict.fromkeys(("annual_reports", "api-annual-report-list"), Rule("page", "read")),
    "annual_reports_extract": Rule("page", "export"),
    "annual_report_new": Rule("page", "write_annual_report"),
    **dict.fromkeys(
        (
            "annual_report",
            "annual_report_section",
            "annual_report_talk",
            "annual_report_drafts",
            "annual_report_draft",
            "annual_report_file",
            "annual_report_history",
            "api-annual-report-detail",
            "api-annual-report-section",
            "api-annual-report-comments",
            "api-annual-report-figures",
            "api-annual-report-file",
        ),
        CASE,
    ),
    **dict.fromkeys(
        (
            "annual_report_describe",
            "annual_report_target",
            "annual_report_target_remove",
            "annual_report_section_act",
            "annual_report_step",
            "api-annual-report-describe",
            "api-annual-report-section-act",
            "api-annual-report-targets",
            "api-annual-report-step",
        ),
        act("write_annual_report"),
    ),
    "annual_report_say": act("comment"),
    "api-annual-report-target": Rule("act", "write_annual_report", "delete"),
    **dict.fromkeys(("annual_report_draft_new", "api-annual-report-drafts"), act("read")),
    "annual_report_sign": act("sign_annual_report"),
    "major_incidents": SIGNED_IN,
    "major_incidents_extract": Rule("page", "export"),
    "major_incident_new": Rule("page", "lead_incident"),
    **dict.fromkeys(
        ("major_incident", "incident_deviations", "incident_lessons", "incident_history"), CASE
    ),
    "incident_step": act("close"),
    **dict.fromkeys(
        (
            "incident_describe",
            "incident_concern",
            "incident_leader",
            "incident_ticket",
            "incident_ticket_remove",
            "incident_gather",
            "incident_release",
            "incident_learn",
            "incident_measure_new",
        ),
        act("lead_incident"),
    ),
    "api-major-incident-list": SIGNED_IN,
    "api-major-incident-detail": CASE,
    "api-major-incident-step": act("close"),
    **dict.fromkeys(
        (
            "api-major-incident-describe",
            "api-major-incident-concern",
            "api-major-incident-hand-over",
            "api-major-incident-learn",
            "api-major-incident-add-ticket",
            "api-major-incident-remove-ticket",
            "api-major-incident-gather",
            "api-major-incident-release",
            "api-major-incident-decide-measure",
        ),
        act("lead_incident"),
    ),
    # the registers of the year
    **dict.fromkeys(
        (
            "meetings",
            "trainings",
            "responsibilities",
            "role_shares",
            "meetings_extract",
            "trainings_extract",
            "responsibilities_extract",
            "role_shares_extract",
            "responsibility",
            "api-meeting-list",
            "api-training-list",
            "api-responsibility-list",
            "api-responsibility-detail",
            "api-role-share-list",
        ),
        Rule("page", "read_year_registers"),
    ),
    **dict.fromkeys(("meeting_new", "training_new"), Rule("page", "keep_year_registers")),
    **dict.fromkeys(
        ("responsibility_new", "role_share_new"), Rule("page", "keep_responsibilities")
    ),
    **dict.fromkeys(
        (
            "meeting",
            "training",
            "role_share",
            "api-meeting-detail",
            "api-training-detail",
            "api-role-share-detail",
        ),
        Rule("found", "read_year_registers"),
    ),
    **dict.fromkeys(
        ("register_terms", "register_term_new", "register_term"), Rule("page", "administer")
    ),
    "api-register-term-list": SIGNED_IN,
    # the review of the log
    **dict.fromkeys(
        (
            "log_events",
            "log_events_extract",
            "log_reviews",
            "log_reviews_extract",
            "log_review_new",
        ),
        Rule("page", "review_log"),
    ),
    "log_review": Rule("found", "review_log", also=("read_year_registers",)),
    # the figures
    **dict.fromkeys(
        (
            "figures",
            "figures_extract",
            "figure",
            "dashboard",
            "chart_extract",
            "api-figure-list",
            "api-figure-detail",
        ),
        Rule("page", "read", also=("read_classification", "read_year_registers")),
    ),
    # the reports that people build
    **dict.fromkeys(
        (
            "saved_reports",
            "saved_reports_extract",
            "saved_report_new",
            "api-saved-report-list",
        ),
        Rule("page", "read", also=("read_classification", "read_year_registers")),
    ),
    **dict.fromkeys(
        (
            "saved_report",
            "saved_report_change",
            "saved_report_extract",
            "api-saved-report-detail",
            "api-saved-report-figures",
            "api-saved-report-shares",
        ),
        Rule("mine"),
    ),
    **dict.fromkeys(("saved_report_share", "saved_report_remove"), Rule("mine", method="post")),
    "recalculations": Rule("page", "recalculate"),
    # of a measure that is kept in the registers of the year
    **dict.fromkeys(("figure_extract", "api-figure-rows"), Rule("page", "read_year_registers")),
}
