"""The coordinators' side: the queue and what is done in it, routing rules."""

from django.urls import URLPattern, URLResolver, path

from avvikelse.views import (
    coordination,
    coordination_acts,
    coordination_bulk,
    coordination_questions,
    coordination_saved,
    rules,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("koordinering/", coordination.coordination, name="coordination"),
    path("koordinering/nytt/", coordination.news, name="coordination_news"),
    path("koordinering/uttag/", coordination.extract, name="coordination_extract"),
    path("koordinering/vyer/", coordination_saved.views, name="coordination_views"),
    path(
        "koordinering/vyer/<int:pk>/ta-bort/",
        coordination_saved.forget,
        name="coordination_forget_view",
    ),
    path("koordinering/mass/", coordination_bulk.bulk, name="coordination_bulk"),
    path("koordinering/mass/<int:pk>/", coordination_bulk.bulk_act, name="coordination_bulk_act"),
    path(
        "koordinering/mass/<int:pk>/fortsatt/",
        coordination_bulk.bulk_proceed,
        name="coordination_bulk_proceed",
    ),
    path(
        "koordinering/mass/<int:pk>/angra/",
        coordination_bulk.bulk_undo,
        name="coordination_bulk_undo",
    ),
    *(
        path(f"koordinering/<str:number>/{word}/", view, name=f"coordination_{name}")
        for word, name, view in (
            ("beslut", "decide", coordination_acts.decide),
            ("ta", "take", coordination_acts.take),
            ("lagg-tillbaka", "release", coordination_acts.release),
            ("svaret-har-kommit", "answered", coordination_acts.answered),
            ("enhet", "unit", coordination_questions.unit),
            ("lamna-over", "hand_over", coordination_questions.hand_over),
            ("fraga", "ask", coordination_questions.ask),
            ("avvisa", "reject", coordination_questions.reject),
            ("ta-tillbaka", "recall", coordination_questions.recall),
            ("sla-ihop", "merge", coordination_questions.merge),
            ("lanka", "link", coordination_acts.link),
            ("register", "tie", coordination_acts.tie),
            ("paminn", "remind", coordination_acts.remind),
            ("angra", "undo", coordination_acts.undo),
        )
    ),
    path("installningar/vagvisning/", rules.rules, name="routing_rules"),
    path("installningar/vagvisning/ny/", rules.new_rule, name="new_routing_rule"),
    path("installningar/vagvisning/<int:rule>/", rules.rule, name="routing_rule"),
    *(
        path(f"installningar/vagvisning/<int:rule>/{word}/", view, name=f"{name}_routing_rule")
        for word, name, view in (
            ("provkor", "try", rules.try_rule),
            ("pa", "switch_on", rules.switch_on),
            ("av", "switch_off", rules.switch_off),
            ("ta-bort", "remove", rules.remove),
        )
    ),
]
