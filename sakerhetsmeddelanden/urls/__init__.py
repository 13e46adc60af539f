"""Where the pages of safety notices are."""

from django.urls import URLPattern, URLResolver

from sakerhetsmeddelanden.urls import intake

urlpatterns: list[URLPattern | URLResolver] = [*intake.urlpatterns]
