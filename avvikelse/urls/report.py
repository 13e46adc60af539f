"""The reporter's side: the form, the receipt, following one's report."""

from django.urls import URLPattern, URLResolver, path

from avvikelse.views import blank, own, report, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("anmal/", report.report, name="report"),
    path("anmal/blankett/", blank.blank_form, name="blank_form"),
    path("anmal/kvitto/", own.follow_report, name="follow_report"),
    path("anmal/kvitto/<str:token>/", report.receipt, name="receipt"),
    path("anmal/folj/<str:token>/", own.followed_report, name="followed_report"),
    path("anmal/utkast/", writing.save_draft, name="save_draft"),
    path("anmal/utkast/slang/", writing.discard_draft, name="discard_draft"),
    path("anmal/utrustning/", writing.find_device, name="find_device"),
    path("anmal/liknande/", writing.similar_reports, name="similar_reports"),
    path("anmal/<slug:code>/", report.report, name="report_from"),
    path("anmal/<slug:code>/blankett/", blank.blank_form, name="blank_form_from"),
    path("mina-anmalningar/", own.own_reports, name="own_reports"),
    path("mina-anmalningar/<slug:number>/", own.own_report, name="own_report"),
]
