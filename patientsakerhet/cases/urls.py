"""Where the pages are that are the same for every kind of case."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.cases.views import attachments

urlpatterns: list[URLPattern | URLResolver] = [
    path("bilagor/<int:pk>/", attachments.attachment, name="attachment"),
]
