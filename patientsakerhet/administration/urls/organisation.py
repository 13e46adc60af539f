"""Care providers, units, people, their roles and their absence."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.administration.views import absence, people, providers, roles, units

urlpatterns: list[URLPattern | URLResolver] = [
    path("installningar/vardgivare/", providers.providers, name="providers"),
    path("installningar/vardgivare/ny/", providers.new_provider, name="new_provider"),
    path("installningar/vardgivare/<int:pk>/", providers.provider, name="provider"),
    path("installningar/enheter/", units.unit_list, name="units"),
    path("installningar/ny-enhet/", units.new_unit, name="new_unit"),
    path("installningar/enheter/<slug:code>/", units.unit, name="unit"),
    *(
        path(f"installningar/enheter/<slug:code>/{word}/", view, name=f"{name}_unit")
        for word, name, view in (
            ("andra", "change", units.change),
            ("flytta", "move", units.move),
            ("avsluta", "end", units.end),
            ("fortsatt", "reopen", units.reopen),
        )
    ),
    path("installningar/personer/", people.person_list, name="people"),
    path("installningar/personer/ny/", people.new_person, name="new_person"),
    path("installningar/personer/<int:person>/", people.person, name="person"),
    *(
        path(f"installningar/personer/<int:person>/{word}/", view, name=f"person_{name}")
        for word, name, view in (
            ("andra", "change", people.change),
            ("ge-roll", "role", people.give_role),
            ("franvaro", "absence", people.set_absence),
            ("stang-av", "deactivate", people.deactivate),
            ("oppna", "reactivate", people.reactivate),
        )
    ),
    path("installningar/roller/", roles.roles, name="roles"),
    path("installningar/roller/<int:pk>/avsluta/", roles.end_role, name="end_role"),
    path("installningar/franvaro/", absence.absences, name="absences"),
    path("installningar/franvaro/ny/", absence.new_absence, name="new_absence"),
    path("installningar/franvaro/<int:pk>/ta-bort/", absence.remove_absence, name="remove_absence"),
    path("konto/franvaro/", absence.own_absence, name="own_absence"),
    path("konto/franvaro/<int:pk>/ta-bort/", absence.remove_own_absence, name="remove_own_absence"),
]
