"""Where the pages of the registers of the year are."""

from django.urls import path

from patientsakerhet.year_registers.views import lists, rows, terms

ROOM = "aret/"
TERMS = "installningar/arets-val/"

urlpatterns = [
    path(ROOM, lists.meetings, name="meetings"),
    path(f"{ROOM}moten/uttag/<slug:form>/", lists.meetings_extract, name="meetings_extract"),
    path(f"{ROOM}moten/nytt/", rows.new_meeting, name="meeting_new"),
    path(f"{ROOM}moten/<int:pk>/", rows.meeting, name="meeting"),
    path(f"{ROOM}utbildning/", lists.trainings, name="trainings"),
    path(f"{ROOM}utbildning/uttag/<slug:form>/", lists.trainings_extract, name="trainings_extract"),
    path(f"{ROOM}utbildning/ny/", rows.new_training, name="training_new"),
    path(f"{ROOM}utbildning/<int:pk>/", rows.training, name="training"),
    path(f"{ROOM}ansvar/", lists.responsibilities, name="responsibilities"),
    path(
        f"{ROOM}ansvar/uttag/<slug:form>/",
        lists.responsibilities_extract,
        name="responsibilities_extract",
    ),
    path(f"{ROOM}ansvar/nytt/", rows.new_responsibility, name="responsibility_new"),
    path(f"{ROOM}ansvar/<int:pk>/", rows.responsibility, name="responsibility"),
    path(f"{ROOM}tjanstgoring/", lists.shares, name="role_shares"),
    path(
        f"{ROOM}tjanstgoring/uttag/<slug:form>/", lists.shares_extract, name="role_shares_extract"
    ),
    path(f"{ROOM}tjanstgoring/ny/", rows.new_share, name="role_share_new"),
    path(f"{ROOM}tjanstgoring/<int:pk>/", rows.share, name="role_share"),
    path(TERMS, terms.terms, name="register_terms"),
    path(f"{TERMS}nytt/", terms.new, name="register_term_new"),
    path(f"{TERMS}<int:pk>/", terms.term, name="register_term"),
]
