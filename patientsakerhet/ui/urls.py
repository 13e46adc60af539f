"""The gallery's address; included only in development and demonstrations."""

from django.urls import URLPattern, path

from patientsakerhet.ui import views

urlpatterns: list[URLPattern] = [path("", views.gallery, name="gallery")]
