"""One deviation and what is done with it, and lowered assessments."""

from django.urls import URLPattern, URLResolver, path

from avvikelse.views import (
    case,
    case_analysis,
    case_analysis_parts,
    case_assessment,
    case_findings,
    case_history,
    case_investigation,
    case_measures,
    case_parties,
    case_steps,
)

THE_CASE = "avvikelser/<str:number>/"
ANALYSIS = f"{THE_CASE}handelseanalys/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(THE_CASE, case.deviation, name="deviation"),
    path(f"{THE_CASE}bedomning/", case_assessment.part, name="deviation_assessment"),
    path(f"{THE_CASE}utredning/", case_investigation.part, name="deviation_investigation"),
    path(f"{THE_CASE}atgarder/", case_measures.part, name="deviation_measures"),
    path(f"{THE_CASE}samverkan/", case_parties.part, name="deviation_parties"),
    path(f"{THE_CASE}historik/", case_history.part, name="deviation_history"),
    path(f"{THE_CASE}skriv/", case.say, name="deviation_say"),
    path(f"{THE_CASE}aterkoppling/", case.answer, name="deviation_answer"),
    path(f"{THE_CASE}bilaga/", case.attach, name="deviation_attach"),
    path(f"{THE_CASE}original/", case.original, name="deviation_original"),
    path(f"{THE_CASE}bedom/", case_assessment.assess, name="deviation_assess"),
    path(f"{THE_CASE}klassa/", case_assessment.classify, name="deviation_classify"),
    path(f"{THE_CASE}sekretess/", case_assessment.secrecy, name="deviation_secrecy"),
    path(f"{THE_CASE}liknande/", case_investigation.answer_similar, name="deviation_similar"),
    path(f"{THE_CASE}slutsatser/", case_investigation.conclude, name="deviation_conclude"),
    path(f"{THE_CASE}anteckningar/", case_findings.add_note, name="deviation_note"),
    path(
        f"{THE_CASE}anteckningar/<int:pk>/aterta/",
        case_findings.withdraw_note,
        name="deviation_note_withdraw",
    ),
    path(f"{THE_CASE}forlopp/", case_findings.add_moment, name="deviation_moment_add"),
    path(f"{THE_CASE}forlopp/<int:pk>/", case_findings.change_moment, name="deviation_moment"),
    path(
        f"{THE_CASE}forlopp/<int:pk>/ta-bort/",
        case_findings.remove_moment,
        name="deviation_moment_remove",
    ),
    path(f"{THE_CASE}orsaker/", case_findings.add_cause, name="deviation_cause"),
    path(
        f"{THE_CASE}orsaker/<int:pk>/ta-bort/",
        case_findings.remove_cause,
        name="deviation_cause_remove",
    ),
    path(f"{THE_CASE}koder/", case_findings.add_code, name="deviation_code"),
    path(
        f"{THE_CASE}koder/<int:pk>/ta-bort/",
        case_findings.remove_code,
        name="deviation_code_remove",
    ),
    path(f"{THE_CASE}lankar/", case_findings.add_link, name="deviation_link"),
    path(
        f"{THE_CASE}lankar/<int:pk>/ta-bort/",
        case_findings.remove_link,
        name="deviation_link_remove",
    ),
    path(f"{THE_CASE}externa/", case_findings.add_ticket, name="deviation_ticket"),
    path(
        f"{THE_CASE}externa/<int:pk>/ta-bort/",
        case_findings.remove_ticket,
        name="deviation_ticket_remove",
    ),
    path(f"{THE_CASE}handelseanalys/", case_analysis.part, name="deviation_analysis"),
    path(f"{ANALYSIS}uppdrag/", case_analysis.order, name="deviation_analysis_order"),
    path(f"{ANALYSIS}texter/", case_analysis.write, name="deviation_analysis_write"),
    path(f"{ANALYSIS}lamna/", case_analysis.hand_in, name="deviation_analysis_hand_in"),
    path(f"{ANALYSIS}ta-tillbaka/", case_analysis.take_back, name="deviation_analysis_take_back"),
    path(f"{ANALYSIS}granskad/", case_analysis.clear, name="deviation_analysis_clear"),
    path(f"{ANALYSIS}grupp/", case_analysis_parts.add_member, name="deviation_analysis_member"),
    path(
        f"{ANALYSIS}grupp/<int:pk>/ta-bort/",
        case_analysis_parts.remove_member,
        name="deviation_analysis_member_remove",
    ),
    path(f"{ANALYSIS}barriarer/", case_analysis_parts.add_barrier, name="deviation_barrier"),
    path(
        f"{ANALYSIS}barriarer/<int:pk>/ta-bort/",
        case_analysis_parts.remove_barrier,
        name="deviation_barrier_remove",
    ),
    path(
        f"{ANALYSIS}orsaker/<int:pk>/",
        case_analysis_parts.place_cause,
        name="deviation_cause_place",
    ),
    path(f"{ANALYSIS}forslag/", case_analysis_parts.propose, name="deviation_proposal"),
    path(
        f"{ANALYSIS}forslag/<int:pk>/ta-bort/",
        case_analysis_parts.withdraw_proposal,
        name="deviation_proposal_remove",
    ),
    path(
        f"{ANALYSIS}forslag/<int:pk>/",
        case_analysis_parts.decide,
        name="deviation_proposal_decide",
    ),
    path(
        f"{ANALYSIS}<slug:version>.<slug:form>",
        case_analysis_parts.report,
        name="deviation_analysis_report",
    ),
    path(f"{THE_CASE}atgarder/ny/", case_measures.decide, name="deviation_measure_new"),
    path(f"{THE_CASE}atgarder/valj/", case_measures.serve_also, name="deviation_measure_existing"),
    path(f"{THE_CASE}atgarder/ingen/", case_measures.without, name="deviation_without_measure"),
    path(f"{THE_CASE}dela/", case_parties.share, name="deviation_share"),
    path(f"{THE_CASE}dela/sluta/", case_parties.stop_sharing, name="deviation_stop_sharing"),
    path(f"{THE_CASE}handlaggare/", case_steps.appoint, name="deviation_appoint"),
    path(f"{THE_CASE}steg/<slug:name>/", case_steps.step, name="deviation_step"),
    path("sankta-bedomningar/", case_assessment.downgrades, name="downgrades"),
    path("sankta-bedomningar/<int:pk>/", case_assessment.review, name="downgrade_review"),
]
