"""Where the pages of reports are; what anybody may read lies apart."""

from django.urls import URLPattern, URLResolver, path

from rapporter.annual_report.views import drafts, history, listing, public, report, section

ROOM = "patientsakerhetsberattelse/"
ONE = f"{ROOM}<str:number>/"
OPEN = "berattelser/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(OPEN, public.reports, name="public_reports"),
    path(f"{OPEN}<int:pk>/", public.report, name="public_report"),
    path(f"{OPEN}<int:pk>/<slug:form>/", public.file, name="public_report_file"),
    path(ROOM, listing.reports, name="annual_reports"),
    path(f"{ROOM}ny/", listing.start, name="annual_report_new"),
    path(f"{ROOM}uttag/<slug:form>/", listing.extract, name="annual_reports_extract"),
    path(ONE, report.part, name="annual_report"),
    path(f"{ONE}om/", report.describe, name="annual_report_describe"),
    path(f"{ONE}mal/", report.add_target, name="annual_report_target"),
    path(f"{ONE}mal/<int:pk>/ta-bort/", report.remove_target, name="annual_report_target_remove"),
    path(f"{ONE}samtal/", report.talk, name="annual_report_talk"),
    path(f"{ONE}samtal/skriv/", report.say, name="annual_report_say"),
    path(f"{ONE}avsnitt/<slug:key>/", section.part, name="annual_report_section"),
    path(f"{ONE}avsnitt/<slug:key>/<slug:act>/", section.done, name="annual_report_section_act"),
    path(f"{ONE}utkast/", drafts.part, name="annual_report_drafts"),
    path(f"{ONE}utkast/nytt/", drafts.order, name="annual_report_draft_new"),
    path(f"{ONE}utkast/<int:pk>/", drafts.draft, name="annual_report_draft"),
    path(f"{ONE}utkast/<int:pk>/<slug:form>/", drafts.file, name="annual_report_file"),
    path(f"{ONE}steg/<slug:name>/", drafts.step, name="annual_report_step"),
    path(f"{ONE}faststall/", drafts.sign, name="annual_report_sign"),
    path(f"{ONE}historik/", history.part, name="annual_report_history"),
]
