"""Where the deviation's pages are, by room: the reporter's side, coordination, the case, settings."""

from django.urls import URLPattern, URLResolver

from avvikelse.urls import case, coordination, report, settings

urlpatterns: list[URLPattern | URLResolver] = [
    *report.urlpatterns,
    *coordination.urlpatterns,
    *case.urlpatterns,
    *settings.urlpatterns,
]
