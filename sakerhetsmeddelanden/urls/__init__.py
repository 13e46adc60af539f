"""Where the pages of safety notices are, by room: the way in, the units' side, the coordinators'."""

from django.urls import URLPattern, URLResolver

from sakerhetsmeddelanden.urls import answering, distribution, intake, notices, replies

# One notice has any word for an address, so it comes last.
urlpatterns: list[URLPattern | URLResolver] = [
    *intake.urlpatterns,
    *answering.urlpatterns,
    *distribution.urlpatterns,
    *replies.urlpatterns,
    *notices.urlpatterns,
]
