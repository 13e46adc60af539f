"""One deviation and what is done with it, measures, downgrades."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
