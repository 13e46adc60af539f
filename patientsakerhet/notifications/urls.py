"""The addresses of this app."""

from django.urls import path

from patientsakerhet.notifications import views

urlpatterns = [path("halsa", views.health, name="health")]
