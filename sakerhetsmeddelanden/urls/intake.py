"""The way in: what has come, each message, what one uploads; and the suppliers' own entrance."""

from django.urls import path

from sakerhetsmeddelanden.views import intake, intake_message, published, supplier

INBOX = "sakerhetsmeddelanden/inkorg/"
ONE = f"{INBOX}<int:pk>/"

urlpatterns = [
    path("leverantor/", supplier.form, name="supplier_form"),
    path("leverantor/kvitto/<str:token>/", supplier.receipt, name="supplier_receipt"),
    path(INBOX, intake.inbox, name="incoming_messages"),
    path(f"{INBOX}uttag/<slug:form>/", intake.extract, name="incoming_messages_extract"),
    path(f"{INBOX}ladda-upp/", intake.upload, name="incoming_upload"),
    path(ONE, intake_message.message, name="incoming_message"),
    path(f"{ONE}gor-till/", intake_message.promote, name="incoming_message_promote"),
    path(f"{ONE}lagg-till/", intake_message.add, name="incoming_message_add"),
    path(f"{ONE}lagg-at-sidan/", intake_message.set_aside, name="incoming_message_set_aside"),
    path(f"{ONE}ta-tillbaka/", intake_message.bring_back, name="incoming_message_bring_back"),
    path(f"{ONE}original/", intake_message.original, name="incoming_message_original"),
    path(f"{ONE}fil/<int:position>/", intake_message.file, name="incoming_file"),
    path("sakerhetsmeddelanden/publicerade/", published.published, name="published_notices"),
    path(
        "sakerhetsmeddelanden/publicerade/<int:pk>/",
        published.check,
        name="published_notice_check",
    ),
]
