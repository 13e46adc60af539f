"""The coordinators' side of a notice that has been sent out: its recipients, and what is done with each."""

from django.urls import path

from sakerhetsmeddelanden.views import call_list, recipient, recipients

PART = "sakerhetsmeddelanden/<str:number>/utskick/"

urlpatterns = [
    path(PART, recipients.page, name="notice_recipients"),
    path(f"{PART}skicka/", recipients.distribute, name="notice_distribute"),
    path(f"{PART}paminn/", recipients.remind, name="notice_remind"),
    path(f"{PART}paminn-alla/", recipients.remind_all, name="notice_remind_all"),
    path(f"{PART}uttag/<slug:form>/", recipients.extract, name="notice_recipients_extract"),
    path(f"{PART}ringlista/", call_list.page, name="notice_call_list"),
    path(f"{PART}enhet/<slug:code>/", recipient.page, name="notice_recipient"),
    path(f"{PART}enhet/<slug:code>/skicka/", recipient.send_again, name="notice_send_again"),
    path(f"{PART}enhet/<slug:code>/ring/", recipient.phone, name="notice_phone"),
    path(f"{PART}enhet/<slug:code>/avsta/", recipient.waive, name="notice_waive"),
    path(f"{PART}enhet/<slug:code>/lank/", recipient.make_link, name="notice_make_link"),
    path(
        f"{PART}enhet/<slug:code>/lank/<str:link>/<slug:what>/",
        recipient.with_link,
        name="notice_with_link",
    ),
]
