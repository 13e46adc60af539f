"""Where the pages of safety notices are, by room: the way in, the units' side, the coordinators'."""

from django.urls import URLPattern, URLResolver

from sakerhetsmeddelanden.urls import answering, distribution, intake

urlpatterns: list[URLPattern | URLResolver] = [
    *intake.urlpatterns,
    *answering.urlpatterns,
    *distribution.urlpatterns,
]
