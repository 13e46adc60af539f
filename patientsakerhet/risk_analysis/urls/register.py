"""The register of risks, and raising a risk from a case."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.risk_analysis.views import register

urlpatterns: list[URLPattern | URLResolver] = [
    path("risker/", register.risks, name="risks"),
    path("risker/uttag/<slug:form>/", register.extract, name="risks_extract"),
    path("riskanalyser/fran/<str:number>/", register.raise_from, name="risk_raise"),
]
