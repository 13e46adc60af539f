"""The register of risks, raising a risk from a case, and how risks are scored."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.risk_analysis.views import methods, register

urlpatterns: list[URLPattern | URLResolver] = [
    path("risker/", register.risks, name="risks"),
    path("risker/uttag/<slug:form>/", register.extract, name="risks_extract"),
    path("riskanalyser/fran/<str:number>/", register.raise_from, name="risk_raise"),
    path("installningar/riskmetoder/", methods.methods, name="scoring_methods"),
    path("installningar/riskmetoder/<slug:code>/", methods.method, name="scoring_method"),
]
