"""Where the settings are, by subject: organisation and people, files, rules and lists."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.administration.urls import files, organisation, rules
from patientsakerhet.administration.views import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("installningar/", overview.overview, name="settings"),
    *organisation.urlpatterns,
    *files.urlpatterns,
    *rules.urlpatterns,
]
