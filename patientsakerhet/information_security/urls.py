"""Where the pages of information security are."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.information_security.actions.terms import LISTS
from patientsakerhet.information_security.views import (
    classification,
    gaps,
    history,
    impact,
    impact_list,
    impact_risks,
    listing,
    preparing,
    risks,
    templates,
    terms,
    work,
)

ROOM = "klassning/"
TERMS = "installningar/klassning/"
ONE = f"{ROOM}<str:number>/"
IMPACT = f"{ROOM}konsekvens/<str:number>/"

# One classification has any word for an address, so it comes last.
urlpatterns: list[URLPattern | URLResolver] = [
    path(ROOM, listing.classifications, name="classifications"),
    path(f"{ROOM}uttag/<slug:form>/", listing.extract, name="classifications_extract"),
    path(f"{ROOM}bestall/", classification.order, name="classification_order"),
    path(f"{ROOM}gaplista/", gaps.gaps, name="classification_gaps"),
    path(f"{ROOM}gaplista/uttag/<slug:form>/", gaps.extract, name="classification_gaps_extract"),
    path(f"{ROOM}gaplista/bestall/", gaps.order_many, name="classification_order_many"),
    path(f"{ROOM}gaplista/begar/", gaps.request_many, name="classification_request_many"),
    path(f"{ROOM}tackning/", gaps.covered, name="classification_coverage"),
    path(
        f"{ROOM}tackning/uttag/<slug:form>/",
        gaps.covered_extract,
        name="classification_coverage_extract",
    ),
    path(f"{ROOM}uppfoljningar/", work.follow_up_list, name="security_follow_ups"),
    path(
        f"{ROOM}uppfoljningar/uttag/<slug:form>/",
        work.extract,
        name="security_follow_ups_extract",
    ),
    path(f"{ROOM}uppfoljningar/ny/", work.plan, name="security_follow_up_new"),
    path(f"{ROOM}uppfoljningar/<int:pk>/", work.follow_up, name="security_follow_up"),
    path(f"{ROOM}konsekvens/", impact_list.assessments, name="impact_assessments"),
    path(
        f"{ROOM}konsekvens/uttag/<slug:form>/",
        impact_list.extract,
        name="impact_assessments_extract",
    ),
    path(f"{ROOM}konsekvens/ny/", impact_list.start, name="impact_new"),
    path(IMPACT, impact.part, name="impact_assessment"),
    path(f"{IMPACT}provning/", impact.screen, name="impact_screen"),
    path(f"{IMPACT}skriv/", impact.write, name="impact_write"),
    path(f"{IMPACT}risker/<int:pk>/", impact.put_risk, name="impact_risk"),
    path(f"{IMPACT}risker/<int:pk>/ta-bort/", impact.remove_risk, name="impact_risk_remove"),
    path(f"{IMPACT}risker/<int:pk>/atgard/", impact_risks.measure, name="impact_measure"),
    path(f"{IMPACT}ombud/", impact.choose_officer, name="impact_officer"),
    path(f"{IMPACT}rad/", impact.advise, name="impact_advise"),
    path(f"{IMPACT}samrad/", impact.consult, name="impact_consult"),
    path(f"{IMPACT}beslut/", impact.decide, name="impact_decide"),
    path(f"{IMPACT}steg/<slug:name>/", impact.step, name="impact_step"),
    path(f"{IMPACT}historik/", impact.past, name="impact_history"),
    path(f"{ROOM}program/", work.programme_list, name="programmes"),
    path(f"{ROOM}program/nytt/", work.new_programme, name="programme_new"),
    path(f"{ROOM}program/<slug:code>/", work.programme, name="programme"),
    path(f"{ROOM}mallar/", templates.templates, name="classification_templates"),
    path(f"{ROOM}mallar/ny/", templates.new, name="classification_template_new"),
    path(f"{ROOM}mallar/<int:pk>/", templates.template, name="classification_template"),
    *(
        path(f"{TERMS}{name}/", terms.term_list, {"terms_name": name}, name=one.page)
        for name, one in LISTS.items()
    ),
    path(f"{TERMS}<slug:terms_name>/ny/", terms.new, name="security_term_new"),
    path(
        f"{TERMS}<slug:terms_name>/<slug:term_key>/",
        terms.term,
        name="security_term",
    ),
    path(
        f"{TERMS}<slug:terms_name>/<slug:term_key>/avsluta/",
        terms.end,
        name="security_term_end",
    ),
    path(ONE, classification.part, name="classification"),
    path(f"{ONE}uttag/<slug:form>/", listing.extract_one, name="classification_extract"),
    path(f"{ONE}skriv/", classification.write, name="classification_write"),
    path(f"{ONE}agare/", classification.change_owner, name="classification_owner"),
    path(f"{ONE}steg/<slug:name>/", classification.step, name="classification_step"),
    path(f"{ONE}underlag/", preparing.part, name="classification_input"),
    path(f"{ONE}underlag/<int:pk>/", preparing.check_off, name="classification_input_check"),
    path(
        f"{ONE}forvaltningar/",
        preparing.add_administration,
        name="classification_administration",
    ),
    path(
        f"{ONE}forvaltningar/<int:pk>/",
        preparing.name_coordinator,
        name="classification_coordinator",
    ),
    path(
        f"{ONE}forvaltningar/<int:pk>/ta-bort/",
        preparing.remove_administration,
        name="classification_administration_remove",
    ),
    path(f"{ONE}deltagare/", preparing.add_participant, name="classification_participant"),
    path(
        f"{ONE}deltagare/<int:pk>/ta-bort/",
        preparing.remove_participant,
        name="classification_participant_remove",
    ),
    path(f"{ONE}risker/", risks.part, name="classification_risks"),
    path(f"{ONE}risker/inga/", risks.say_none, name="classification_no_risks"),
    path(f"{ONE}risker/<int:pk>/", risks.put, name="classification_risk"),
    path(f"{ONE}risker/<int:pk>/ta-bort/", risks.remove, name="classification_risk_remove"),
    path(f"{ONE}risker/<int:pk>/atgard/", risks.measure, name="classification_measure"),
    path(f"{ONE}beslut/", risks.decision, name="classification_decision"),
    path(f"{ONE}historik/", history.part, name="classification_history"),
]
