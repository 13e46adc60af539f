"""Where the parts of one notice are in the API, below `/api/v1/`; what has a router is in the roof."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from sakerhetsmeddelanden.api.answers import ToAnswerViewSet
from sakerhetsmeddelanden.api.arrivals import ArrivalViewSet
from sakerhetsmeddelanden.api.changed_answers import ChangedAnswerViewSet
from sakerhetsmeddelanden.api.links import LinkViewSet
from sakerhetsmeddelanden.api.products import ProductViewSet
from sakerhetsmeddelanden.api.recipients import RecipientViewSet
from sakerhetsmeddelanden.api.replies import ReplyViewSet

ONE_RECIPIENT = "recipients/<slug:code>/"
ONE_LINK = f"{ONE_RECIPIENT}links/<uuid:link>/"
ONE_ANSWER = "<str:number>/<slug:code>/"


def _part(view: Any, address: str, name: str, **methods: str) -> URLPattern:
    """One address of a notice, with what each method does there."""
    shown: Any = view.as_view(methods)
    return path(f"notices/<str:number>/{address}", shown, name=f"api-notice-{name}")


def _asked(address: str, name: str, **methods: str) -> URLPattern:
    """One address of the units' side."""
    shown: Any = ToAnswerViewSet.as_view({**methods})
    return path(f"notices-to-answer/{address}", shown, name=f"api-notice-to-answer-{name}")


urlpatterns = [
    _part(ProductViewSet, "products/", "products", get="list", post="add"),
    _part(ProductViewSet, "products/<int:pk>/", "product", put="change", delete="remove"),
    _part(ProductViewSet, "products/<int:pk>/models/", "product-models", post="choose_models"),
    _part(ArrivalViewSet, "arrivals/", "arrivals", get="list"),
    _part(ArrivalViewSet, "arrivals/<int:pk>/ask/", "arrival-ask", post="ask"),
    _part(ArrivalViewSet, "arrivals/<int:pk>/leave/", "arrival-leave", post="leave"),
    _part(RecipientViewSet, "recipients/", "recipients", get="list"),
    _part(RecipientViewSet, "remind/", "remind", post="remind"),
    _part(RecipientViewSet, ONE_RECIPIENT, "recipient", get="retrieve"),
    _part(RecipientViewSet, f"{ONE_RECIPIENT}devices/", "recipient-devices", get="devices"),
    _part(RecipientViewSet, f"{ONE_RECIPIENT}events/", "recipient-events", get="events"),
    _part(RecipientViewSet, f"{ONE_RECIPIENT}mails/", "recipient-mails", get="mails"),
    _part(RecipientViewSet, f"{ONE_RECIPIENT}send-again/", "send-again", post="send_again"),
    _part(RecipientViewSet, f"{ONE_RECIPIENT}phone/", "phone", post="phone"),
    _part(RecipientViewSet, f"{ONE_RECIPIENT}waive/", "waive", post="waive"),
    _part(LinkViewSet, f"{ONE_RECIPIENT}links/", "links", get="list", post="make"),
    _part(LinkViewSet, f"{ONE_LINK}send/", "link-send", post="send"),
    _part(LinkViewSet, f"{ONE_LINK}renew-code/", "link-renew-code", post="renew_code"),
    _part(LinkViewSet, f"{ONE_LINK}revoke/", "link-revoke", post="revoke"),
    _part(ReplyViewSet, "replies/", "replies", get="list", post="create"),
    _part(ReplyViewSet, "replies/<int:pk>/send/", "reply-send", post="send"),
    _part(ChangedAnswerViewSet, "changed-answers/", "changed-answers", get="list"),
    _part(
        ChangedAnswerViewSet,
        "changed-answers/<int:pk>/leave/",
        "changed-answer-leave",
        post="leave",
    ),
    _asked("", "list", get="list"),
    _asked(ONE_ANSWER, "detail", get="retrieve"),
    _asked(f"{ONE_ANSWER}devices/", "devices", get="devices"),
    _asked(f"{ONE_ANSWER}answer/", "answer", post="answer"),
    _asked(f"{ONE_ANSWER}tick/", "tick", post="tick"),
]
