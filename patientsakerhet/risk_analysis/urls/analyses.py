"""The list, ordering an analysis, and one analysis with its parts."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.risk_analysis.views import (
    commission,
    history,
    listing,
    measures,
    reporting,
    risk,
    risks,
    templates,
)

ROOM = "riskanalyser/"
ONE = f"{ROOM}<str:number>/"
RISK = f"{ONE}risker/<int:serial>/"
STEP = f"{ONE}process/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOM, listing.analyses, name="risk_analyses"),
    path(f"{ROOM}uttag/<slug:form>/", listing.extract, name="risk_analyses_extract"),
    path(f"{ROOM}mallar/", templates.templates, name="risk_templates"),
    path(f"{ROOM}mallar/ny/", templates.new, name="risk_template_new"),
    path(f"{ROOM}mallar/<int:pk>/", templates.template, name="risk_template"),
    path(f"{ROOM}ny/", commission.new, name="risk_analysis_new"),
    path(ONE, commission.part, name="risk_analysis"),
    path(f"{ONE}uppdrag/", commission.describe, name="analysis_describe"),
    path(f"{ONE}team/", commission.add_member, name="analysis_member"),
    path(f"{ONE}team/<int:pk>/ta-bort/", commission.remove_member, name="analysis_member_remove"),
    path(f"{ONE}ledare/", commission.hand_over, name="analysis_leader"),
    path(f"{ONE}patient/", commission.view_as_patient, name="analysis_patient"),
    path(f"{ONE}uttag/<slug:form>/", listing.extract_one, name="analysis_extract"),
    path(f"{ONE}risker/", risks.part, name="analysis_risks"),
    path(f"{ONE}risker/ny/", risks.new, name="analysis_risk_new"),
    path(RISK, risk.risk, name="analysis_risk"),
    path(f"{RISK}andra/", risk.change, name="analysis_risk_change"),
    path(f"{RISK}bedom/<slug:stage>/", risk.score, name="analysis_risk_score"),
    path(f"{RISK}stryk/", risk.withdraw, name="analysis_risk_withdraw"),
    path(f"{RISK}godta/", risk.accept, name="analysis_risk_accept"),
    path(f"{RISK}omprova/", risk.review, name="analysis_risk_review"),
    path(STEP, risks.add_step, name="analysis_step"),
    path(f"{STEP}<int:pk>/", risks.change_step, name="analysis_step_change"),
    path(f"{STEP}<int:pk>/<slug:way>/", risks.move_step, name="analysis_step_move"),
    path(f"{ONE}atgarder/", measures.part, name="analysis_measures"),
    path(f"{ONE}atgarder/ny/", measures.new, name="analysis_measure_new"),
    path(f"{ONE}atgarder/<int:pk>/mot/", measures.aim, name="analysis_measure_aim"),
    path(f"{ONE}atgarder/<int:pk>/beslut/", measures.decide, name="analysis_measure_decide"),
    path(f"{ONE}rapport/", reporting.part, name="analysis_report"),
    path(f"{ONE}rapport/slutsats/", reporting.conclude, name="analysis_conclude"),
    path(f"{ONE}rapport/underteckna/", reporting.sign, name="analysis_sign"),
    path(f"{ONE}historik/", history.part, name="analysis_history"),
    path(f"{ONE}steg/<slug:name>/", reporting.step, name="analysis_take_step"),
]
