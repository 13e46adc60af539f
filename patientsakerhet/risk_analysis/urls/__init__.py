"""Where the pages of risk analyses are."""

from django.urls import URLPattern, URLResolver

from patientsakerhet.risk_analysis.urls import analyses, register

urlpatterns: list[URLPattern | URLResolver] = [
    *register.urlpatterns,
    *analyses.urlpatterns,
]
