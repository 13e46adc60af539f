"""Where the pages of risk analyses are."""

from django.urls import URLPattern, URLResolver

from patientsakerhet.risk_analysis.urls import analyses

urlpatterns: list[URLPattern | URLResolver] = [*analyses.urlpatterns]
