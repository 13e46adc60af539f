"""Where the pages of the reports that people build are."""

from django.urls import path

from rapporter.builder import views

ROOM = "rapporter/"
ONE = f"{ROOM}<int:pk>/"

urlpatterns = [
    path(ROOM, views.reports, name="saved_reports"),
    path(f"{ROOM}uttag/<slug:form>/", views.extract, name="saved_reports_extract"),
    path(f"{ROOM}ny/", views.new, name="saved_report_new"),
    path(ONE, views.report, name="saved_report"),
    path(f"{ONE}andra/", views.change, name="saved_report_change"),
    path(f"{ONE}dela/", views.share, name="saved_report_share"),
    path(f"{ONE}ta-bort/", views.remove, name="saved_report_remove"),
    path(f"{ONE}uttag/<slug:form>/", views.figures, name="saved_report_extract"),
]
