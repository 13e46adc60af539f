"""The roof of the API: every address below `/api/v1/`, and its description."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from avvikelse.api.analyses import AnalysisViewSet
from avvikelse.api.content import ContentViewSet
from avvikelse.api.deviations import DeviationViewSet
from avvikelse.api.findings import FindingViewSet
from avvikelse.api.reports import ReportViewSet
from patientsakerhet.authority_reports.api.views import (
    AuthorityReportViewSet,
    CaseReportsViewSet,
    ReportKindViewSet,
)
from patientsakerhet.cases.api.views import (
    CodeViewSet,
    DeviceViewSet,
    ITSystemViewSet,
    MeasureViewSet,
    UnitViewSet,
)
from patientsakerhet.information_security.api.classifications import ClassificationViewSet
from patientsakerhet.information_security.api.impact import ImpactViewSet
from patientsakerhet.information_security.api.templates import ClassificationTemplateViewSet
from patientsakerhet.information_security.api.work import (
    FollowUpViewSet,
    GapViewSet,
    ProgrammeViewSet,
)
from patientsakerhet.major_incidents.api.incidents import MajorIncidentViewSet
from patientsakerhet.register.api.views import (
    DevicesViewSet,
    ModelsViewSet,
    PartiesViewSet,
    SystemsViewSet,
)
from patientsakerhet.rest import description  # noqa: F401  signs in by being imported
from patientsakerhet.rest.schema import DescriptionView
from patientsakerhet.risk_analysis.api.analyses import RiskAnalysisViewSet
from patientsakerhet.risk_analysis.api.register import RiskViewSet
from patientsakerhet.risk_analysis.api.templates import AnalysisTemplateViewSet
from patientsakerhet.year_registers.api.views import (
    MeetingViewSet,
    RegisterTermViewSet,
    ResponsibilityViewSet,
    RoleShareViewSet,
    TrainingViewSet,
)
from rapporter.annual_report.api.views import AnnualReportViewSet
from rapporter.api.views import FigureViewSet
from rapporter.builder.api.views import SavedReportViewSet
from sakerhetsmeddelanden.api import urls as notices
from sakerhetsmeddelanden.api.figures import FiguresViewSet
from sakerhetsmeddelanden.api.incoming import IncomingViewSet
from sakerhetsmeddelanden.api.notices import NoticeViewSet
from sakerhetsmeddelanden.api.published import PublishedViewSet

router = SimpleRouter()
router.register("reports", ReportViewSet, basename="api-report")
router.register("deviations", DeviationViewSet, basename="api-deviation")
router.register("notices", NoticeViewSet, basename="api-notice")
router.register("notice-figures", FiguresViewSet, basename="api-notice-figures")
router.register("classifications", ClassificationViewSet, basename="api-classification")
router.register("classification-gaps", GapViewSet, basename="api-classification-gap")
router.register("impact-assessments", ImpactViewSet, basename="api-impact")
router.register("security-follow-ups", FollowUpViewSet, basename="api-security-follow-up")
router.register(
    "classification-templates",
    ClassificationTemplateViewSet,
    basename="api-classification-template",
)
router.register("analysis-templates", AnalysisTemplateViewSet, basename="api-analysis-template")
router.register("programmes", ProgrammeViewSet, basename="api-programme")
router.register("risk-analyses", RiskAnalysisViewSet, basename="api-risk-analysis")
router.register("risks", RiskViewSet, basename="api-risk")
router.register("major-incidents", MajorIncidentViewSet, basename="api-major-incident")
router.register("authority-reports", AuthorityReportViewSet, basename="api-authority-report")
router.register("report-kinds", ReportKindViewSet, basename="api-report-kind")
router.register("annual-reports", AnnualReportViewSet, basename="api-annual-report")
router.register("meetings", MeetingViewSet, basename="api-meeting")
router.register("trainings", TrainingViewSet, basename="api-training")
router.register("responsibilities", ResponsibilityViewSet, basename="api-responsibility")
router.register("role-shares", RoleShareViewSet, basename="api-role-share")
router.register("register-terms", RegisterTermViewSet, basename="api-register-term")
router.register("figures", FigureViewSet, basename="api-figure")
router.register("saved-reports", SavedReportViewSet, basename="api-saved-report")
router.register("measures", MeasureViewSet, basename="api-measure")
router.register("units", UnitViewSet, basename="api-unit")
router.register("systems", ITSystemViewSet, basename="api-system")
router.register("incoming-messages", IncomingViewSet, basename="api-incoming-message")
router.register("published-notices", PublishedViewSet, basename="api-published-notice")
router.register("devices", DeviceViewSet, basename="api-device")
router.register("register/devices", DevicesViewSet, basename="api-register-device")
router.register("register/models", ModelsViewSet, basename="api-register-model")
router.register("register/systems", SystemsViewSet, basename="api-register-system")
router.register("register/parties", PartiesViewSet, basename="api-register-party")


def _content(name: str, **methods: str) -> URLPattern:
    """One sort of content of a deviation, with what each method does."""
    view: Any = ContentViewSet.as_view({**methods})
    return path(f"deviations/<str:number>/{name}/", view, name=f"api-deviation-{name}")


def _finding(address: str, name: str, **methods: str) -> URLPattern:
    """One row of a deviation's content, with what each method does."""
    view: Any = FindingViewSet.as_view({**methods})
    return path(f"deviations/<str:number>/{address}", view, name=f"api-deviation-{name}")


def _analysis(address: str, name: str, **methods: str) -> URLPattern:
    """One part of a deviation's event analysis, with what each method does."""
    view: Any = AnalysisViewSet.as_view({**methods})
    return path(
        f"deviations/<str:number>/event-analysis/{address}",
        view,
        name=f"api-deviation-analysis{name}",
    )


urlpatterns: list[URLPattern | URLResolver] = [
    path("", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("schema/", DescriptionView.as_view(), name="api-schema"),
    path(
        "v1/",
        include(
            [
                _content("transitions", get="transitions"),
                _content("handovers", get="handovers"),
                _content("assessments", get="assessments"),
                _content("notes", get="notes", post="add_note"),
                _content("timeline", get="timeline", post="add_to_timeline"),
                _content("causes", get="causes", post="add_cause"),
                _content("measures", get="measures", post="add_measure"),
                _content("comments", get="comments", post="add_comment"),
                _content("links", get="links", post="add_link"),
                _content("tickets", get="tickets", post="add_ticket"),
                _content("attachments", get="attachments", post="add_attachment"),
                _finding("notes/<int:pk>/", "note", delete="withdraw_note"),
                _finding(
                    "timeline/<int:pk>/", "moment", put="change_moment", delete="remove_moment"
                ),
                _finding("causes/<int:pk>/", "cause", delete="remove_cause"),
                _finding(
                    "device-codes/", "device-codes", get="device_codes", post="add_device_code"
                ),
                _finding("device-codes/<int:pk>/", "device-code", delete="remove_device_code"),
                _finding("links/<int:pk>/", "link", delete="unlink"),
                _finding("tickets/<int:pk>/", "ticket", delete="remove_ticket"),
                _finding("measures/<int:pk>/serve/", "measure-serve", post="serve_also"),
                _finding("assessments/<int:pk>/review/", "assessment-review", post="review"),
                _analysis("", "", get="analysis", post="commission", patch="change"),
                _analysis("hand-in/", "-hand-in", post="hand_in"),
                _analysis("take-back/", "-take-back", post="take_back"),
                _analysis("deidentified/", "-deidentified", get="deidentified"),
                _analysis("clear/", "-clear", post="clear"),
                _analysis("members/", "-members", post="add_member"),
                _analysis("members/<int:pk>/", "-member", delete="remove_member"),
                _analysis("barriers/", "-barriers", post="add_barrier"),
                _analysis("barriers/<int:pk>/", "-barrier", delete="remove_barrier"),
                _analysis("causes/<int:pk>/", "-cause", put="place_cause"),
                _analysis("proposals/", "-proposals", post="propose"),
                _analysis("proposals/<int:pk>/", "-proposal", delete="withdraw_proposal"),
                _analysis("proposals/<int:pk>/accept/", "-proposal-accept", post="accept"),
                _analysis("proposals/<int:pk>/reject/", "-proposal-reject", post="reject"),
                path(
                    "cases/<str:number>/authority-reports/",
                    CaseReportsViewSet.as_view({"get": "list", "post": "create"}),
                    name="api-case-authority-reports",
                ),
                path(
                    "codes/<slug:system>/", CodeViewSet.as_view({"get": "list"}), name="api-codes"
                ),
                *notices.urlpatterns,
                *router.urls,
            ]
        ),
    ),
]
