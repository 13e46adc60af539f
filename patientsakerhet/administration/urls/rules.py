"""Code trees, deadline rules, the risk scale, undelivered messages, keys of the API."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
