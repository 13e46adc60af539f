"""The roof: every page of the product hangs here."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("konto/", include("patientsakerhet.sign_in.urls")),
    path("", include("patientsakerhet.notifications.urls")),
    path("api/", include("patientsakerhet.api")),
    path("", include("patientsakerhet.register.urls")),
    path("", include("patientsakerhet.cases.urls")),
    path("", include("patientsakerhet.administration.urls")),
    path("", include("patientsakerhet.authority_reports.urls")),
    path("", include("avvikelse.urls")),
    path("", include("sakerhetsmeddelanden.urls")),
    path("", include("patientsakerhet.risk_analysis.urls")),
    path("", include("patientsakerhet.information_security.urls")),
    path("", include("patientsakerhet.major_incidents.urls")),
    path("", include("patientsakerhet.year_registers.urls")),
    path("", include("patientsakerhet.log_review.urls")),
    path("", include("rapporter.annual_report.urls")),
    path("", include("rapporter.builder.urls")),
    path("", include("rapporter.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns += [path("komponenter/", include("patientsakerhet.ui.urls"))]
