"""Where the log is reviewed."""

from django.urls import path

from patientsakerhet.log_review import views

ROOM = "loggkontroll/"
REVIEWS = f"{ROOM}kontroller/"

urlpatterns = [
    path(ROOM, views.events, name="log_events"),
    path(f"{ROOM}uttag/<slug:form>/", views.events_extract, name="log_events_extract"),
    path(REVIEWS, views.reviews, name="log_reviews"),
    path(f"{REVIEWS}uttag/<slug:form>/", views.reviews_extract, name="log_reviews_extract"),
    path(f"{REVIEWS}ny/", views.new, name="log_review_new"),
    path(f"{REVIEWS}<int:pk>/", views.review, name="log_review"),
]
