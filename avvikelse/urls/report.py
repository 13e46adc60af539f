"""The reporter's side: the form, the receipt, following one's report."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
