"""The product's addresses and the gallery's, which production does not have."""

from django.urls import include, path

from patientsakerhet.urls import urlpatterns as product

urlpatterns = [*product, path("komponenter/", include("patientsakerhet.ui.urls"))]
