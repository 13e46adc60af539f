"""The product's addresses and, for the measurements alone, the floors of its pages."""

from django.urls import path

from benchmarks import floors
from patientsakerhet.urls import urlpatterns as of_the_product

urlpatterns = [
    path("golv/sida/", floors.page),
    path("golv/api/", floors.Api.as_view()),
    path("golv/skicka/", floors.sending),
    *of_the_product,
]
"""Floors first: a page of the product may take any word as its address."""
