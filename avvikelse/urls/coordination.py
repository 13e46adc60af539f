"""The coordinators' side: the queue and what is done in it, routing rules."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
