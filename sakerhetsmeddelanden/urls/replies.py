"""Answering the supplier."""

from django.urls import URLPattern, URLResolver, path

from sakerhetsmeddelanden.urls.notices import ONE
from sakerhetsmeddelanden.views import replying

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{ONE}svar/", replying.part, name="notice_reply"),
    path(f"{ONE}svar/fyll-i/", replying.prepare, name="notice_reply_prepare"),
    path(f"{ONE}svar/<int:pk>/skicka/", replying.send, name="notice_reply_send"),
    path(f"{ONE}svar/andrat/<int:pk>/", replying.leave_changed, name="notice_changed_answer_leave"),
]
