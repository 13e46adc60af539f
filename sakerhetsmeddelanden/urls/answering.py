"""The units' side: what is to be answered, the answer, the work list; and the same by personal link."""

from django.urls import path

from sakerhetsmeddelanden.views import answering, linked, to_answer

urlpatterns = [
    path("sakerhetsmeddelanden/att-besvara/", to_answer.to_answer, name="notices_to_answer"),
    path(
        "sakerhetsmeddelanden/att-besvara/uttag/<slug:form>/",
        to_answer.extract,
        name="notices_to_answer_extract",
    ),
    path(
        "sakerhetsmeddelanden/att-besvara/<str:number>/<slug:code>/",
        answering.answer,
        name="notice_answer",
    ),
    path(
        "sakerhetsmeddelanden/att-besvara/<str:number>/<slug:code>/utrustning/",
        answering.devices,
        name="notice_devices",
    ),
    path("sakerhetsmeddelanden/till/<str:token>/", answering.to, name="notice_to"),
    path("sakerhetsmeddelanden/svara/<str:token>/", linked.link, name="notice_link"),
    path("sakerhetsmeddelanden/svar/<str:token>/", linked.answer, name="notice_linked_answer"),
    path(
        "sakerhetsmeddelanden/svar/<str:token>/utrustning/",
        linked.devices,
        name="notice_linked_devices",
    ),
]
