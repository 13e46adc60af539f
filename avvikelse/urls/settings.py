"""The deviations' own rooms under Inställningar."""

from django.urls import URLPattern, URLResolver, path

from avvikelse.views import scales

urlpatterns: list[URLPattern | URLResolver] = [
    path("installningar/riskskala/", scales.scale, name="risk_scale"),
]
