"""Where the deviation's pages are, by room: the reporter's side, coordination, the case."""

from django.urls import URLPattern, URLResolver

from avvikelse.urls import case, coordination, report

urlpatterns: list[URLPattern | URLResolver] = [
    *report.urlpatterns,
    *coordination.urlpatterns,
    *case.urlpatterns,
]
