"""Files in and out."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.administration.views import columns, files, imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("installningar/filer/", files.files, name="files"),
    path("installningar/filer/ut/<slug:kind>/<slug:form>/", files.extract, name="export_file"),
    path("installningar/filer/in/<slug:kind>/", imports.new_import, name="import_new"),
    path(
        "installningar/filer/in/<slug:kind>/mall/<slug:form>/",
        files.template,
        name="import_template",
    ),
    path(
        "installningar/filer/in/<slug:kind>/beskrivning/",
        files.mapping,
        name="import_mapping",
    ),
    path("installningar/import/", imports.imports, name="imports"),
    path("installningar/import/<int:pk>/", imports.import_run, name="import_run"),
    path("installningar/import/<int:pk>/kolumner/", columns.choose, name="import_columns"),
    path("installningar/import/<int:pk>/las-in/", imports.confirm, name="import_confirm"),
    path("installningar/import/<int:pk>/ta-bort/", imports.discard, name="import_discard"),
    path("installningar/import/<int:pk>/fortsatt/", imports.resume, name="import_resume"),
]
