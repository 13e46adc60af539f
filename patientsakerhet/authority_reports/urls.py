"""The addresses of authority reports."""

from django.urls import path

from patientsakerhet.authority_reports.views import case, kinds, listing, step, worksheet

urlpatterns = [
    path("anmalningar/", listing.reports, name="authority_reports"),
    path("anmalningar/uttag/<slug:form>/", listing.extract, name="authority_reports_extract"),
    path("arenden/<str:number>/anmalningar/", case.reports, name="case_reports"),
    path("arenden/<str:number>/anmalningar/ny/", case.new, name="case_report_new"),
    path("arenden/<str:number>/anmalningar/<int:pk>/", case.report, name="case_report"),
    path(
        "arenden/<str:number>/anmalningar/<int:pk>/underlag/",
        worksheet.worksheet,
        name="case_report_worksheet",
    ),
    path(
        "arenden/<str:number>/anmalningar/<int:pk>/<slug:act>/",
        step.step,
        name="case_report_step",
    ),
    path("installningar/anmalningsslag/", kinds.kinds, name="report_kinds"),
    path("installningar/anmalningsslag/nytt/", kinds.new, name="new_report_kind"),
    path("installningar/anmalningsslag/<slug:kind_key>/", kinds.kind, name="report_kind"),
    path(
        "installningar/anmalningsslag/<slug:kind_key>/avsluta/", kinds.end, name="end_report_kind"
    ),
]
