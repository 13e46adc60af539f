"""Where the spine's own pages are: the first page, measures, files, saved views."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.cases.views import (
    attachments,
    home,
    list_views,
    lists,
    measure,
    measure_views,
    measures,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("arenden/", lists.cases, name="cases"),
    path("arenden/uttag/", lists.extract, name="cases_extract"),
    path("arenden/vyer/", list_views.saved, name="cases_views"),
    path("arenden/vyer/<int:pk>/ta-bort/", list_views.forget, name="cases_view_forget"),
    path("arenden/flera/", list_views.many, name="cases_many"),
    path("atgarder/", measures.measures, name="measures"),
    path("atgarder/vyer/", measure_views.saved, name="measures_views"),
    path("atgarder/vyer/<int:pk>/ta-bort/", measure_views.forget, name="measures_view_forget"),
    path("atgarder/uttag/<slug:form>/", measures.extract, name="measures_extract"),
    path("atgarder/<int:pk>/", measure.measure, name="measure"),
    path("atgarder/<int:pk>/paborja/", measure.begin, name="measure_begin"),
    path("atgarder/<int:pk>/klar/", measure.finish, name="measure_finish"),
    path("atgarder/<int:pk>/sa-langt/", measure.progress, name="measure_progress"),
    path("atgarder/<int:pk>/andra/", measure.change, name="measure_change"),
    path("atgarder/<int:pk>/utga/", measure.cancel, name="measure_cancel"),
    path("atgarder/<int:pk>/effekt/", measure.effect, name="measure_effect"),
    path("bilagor/<int:pk>/", attachments.attachment, name="attachment"),
]
