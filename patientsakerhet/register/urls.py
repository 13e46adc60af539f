"""Where the register's pages are."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.register.views import edit, lists, things

urlpatterns: list[URLPattern | URLResolver] = [
    path("register/", lists.devices, name="register"),
    path("register/utrustning/ny/", edit.new_device, name="register_device_new"),
    path("register/utrustning/<int:pk>/", things.device, name="register_device"),
    path("register/utrustning/<int:pk>/andra/", edit.edit_device, name="register_device_edit"),
    path("register/utrustning/<int:pk>/flytta/", edit.move_device, name="register_device_move"),
    path("register/produkter/", lists.models, name="register_models"),
    path("register/produkter/ny/", edit.new_model, name="register_model_new"),
    path("register/produkter/<int:pk>/", things.model, name="register_model"),
    path("register/produkter/<int:pk>/andra/", edit.edit_model, name="register_model_edit"),
    path("register/produkter/<int:pk>/sla-ihop/", edit.merge_model, name="register_model_merge"),
    path("register/system/", lists.systems, name="register_systems"),
    path("register/system/nytt/", edit.new_system, name="register_system_new"),
    path("register/system/<int:pk>/", things.system, name="register_system"),
    path("register/system/<int:pk>/andra/", edit.edit_system, name="register_system_edit"),
    path("register/aktorer/", lists.parties, name="register_parties"),
    path("register/aktorer/ny/", edit.new_party, name="register_party_new"),
    path("register/aktorer/<int:pk>/", things.party, name="register_party"),
    path("register/aktorer/<int:pk>/andra/", edit.edit_party, name="register_party_edit"),
    path("register/aktorer/<int:pk>/sla-ihop/", edit.merge_party, name="register_party_merge"),
    path("register/uttag/<slug:shelf>/<slug:form>/", lists.extract, name="register_extract"),
]
