"""Where the figures are."""

from django.urls import path

from rapporter.views import dashboards, figures

urlpatterns = [
    path("oversikt/", dashboards.dashboard, name="dashboard"),
    path("oversikt/uttag/<slug:form>/", dashboards.chart_extract, name="chart_extract"),
    path("oversikt/nya-granser/", dashboards.recalculations, name="recalculations"),
    path("matt/", figures.figures, name="figures"),
    path("matt/uttag/<slug:form>/", figures.extract, name="figures_extract"),
    path("matt/<str:measure>/", figures.figure, name="figure"),
    path("matt/<str:measure>/uttag/<slug:form>/", figures.figure_extract, name="figure_extract"),
]
