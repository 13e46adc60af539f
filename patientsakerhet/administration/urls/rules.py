"""Code trees, deadline rules, the risk scale, undelivered messages, keys of the API."""

from django.urls import URLPattern, URLResolver, path

from patientsakerhet.administration.views import (
    api_keys,
    code,
    codes,
    deadline_rules,
    undelivered,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("installningar/kodverk/", codes.code_systems, name="code_systems"),
    path("installningar/kodverk/kod/<int:pk>/", code.code, name="code"),
    *(
        path(f"installningar/kodverk/kod/<int:pk>/{word}/", view, name=f"{name}_code")
        for word, name, view in (
            ("benamning", "rename", code.rename),
            ("plats", "place", code.place),
            ("avsluta", "end", code.end),
            ("ordning", "move", code.move),
        )
    ),
    path("installningar/kodverk/<slug:system>/", codes.code_system, name="code_system"),
    path("installningar/kodverk/<slug:system>/ny/", codes.new_code, name="new_code"),
    path("installningar/tidsgranser/", deadline_rules.deadline_rules, name="deadline_rules"),
    path(
        "installningar/tidsgranser/<slug:case_kind>/<slug:status>/",
        deadline_rules.deadline_rule,
        name="deadline_rule",
    ),
    path("installningar/nycklar/", api_keys.api_keys, name="api_keys"),
    path("installningar/nycklar/ny/", api_keys.new_api_key, name="new_api_key"),
    path("installningar/nycklar/<uuid:api_key>/", api_keys.api_key, name="api_key"),
    path(
        "installningar/nycklar/<uuid:api_key>/aterkalla/",
        api_keys.take_back,
        name="take_back_api_key",
    ),
    path("installningar/ej-levererat/", undelivered.undelivered, name="undelivered"),
    path(
        "installningar/ej-levererat/<uuid:message>/",
        undelivered.message,
        name="undelivered_message",
    ),
    *(
        path(f"installningar/ej-levererat/<uuid:message>/{word}/", view, name=f"{name}_message")
        for word, name, view in (
            ("igen", "resend", undelivered.resend),
            ("ratta", "correct", undelivered.correct),
            ("ge-upp", "give_up", undelivered.give_up),
        )
    ),
]
