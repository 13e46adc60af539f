"""Where the pages are that are the same for every kind of case."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.cases.views import attachments, list_views, lists

urlpatterns: list[URLPattern | URLResolver] = [
    path("arenden/", lists.cases, name="cases"),
    path("arenden/uttag/", lists.extract, name="cases_extract"),
    path("arenden/vyer/", list_views.saved, name="cases_views"),
    path("arenden/vyer/<int:pk>/ta-bort/", list_views.forget, name="cases_view_forget"),
    path("arenden/flera/", list_views.many, name="cases_many"),
    path("bilagor/<int:pk>/", attachments.attachment, name="attachment"),
]
