"""An event analysis on its page, as a document, without names, and through the API."""

import zipfile
from datetime import datetime, timedelta
from io import BytesIO

import docx
import pytest
from django.utils import timezone
from pypdf import PdfReader

from avvikelse import analysis_report, deidentified, deidentifying
from avvikelse.actions import event_analysis, investigation, proposals
from avvikelse.models import EventAnalysis, Proposal
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Measure
from patientsakerhet.organisation.models import Role
from tests.avvikelse.analysing import days, measure_of, ready
from tests.avvikelse.test_case_pages import post, text_of, url
from tests.factories import Region, in_status, make_person, make_unit, person_as
from tests.made_once import made_once
from tests.rest.test_api import client
from tests.rest.test_api import post as sent
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def _investigated():
    """A region, a case without an analysis, somebody to lead one, and one that is all written."""
    region = Region()
    case, other = (in_status("in_investigation", region) for _ in range(2))
    lead = person_as(Role.INVESTIGATOR, region.devices)
    written = commissioned(other, by=region.investigator, lead=lead)
    ready(written, by=lead)
    return region, case, lead, EventAnalysis.objects.get()


def commissioned(case, *, by, lead):
    return event_analysis.commission(
        case, by=by, question="Varför stannade den?", lead=lead, due_on=days(30)
    )


_made, investigated = made_once(_investigated)


@pytest.fixture
def region(investigated):
    return investigated[0]


@pytest.fixture
def case(investigated):
    return investigated[1]


@pytest.fixture
def lead(investigated):
    return investigated[2]


@pytest.fixture
def analysis(region, case, lead):
    """Ordered, and nothing written in it."""
    return commissioned(case, by=region.investigator, lead=lead)


@pytest.fixture
def written(investigated):
    """Everything a report needs is written, in another case."""
    return investigated[3]


@pytest.fixture
def its_case(written):
    """The case of the analysis that is written."""
    return written.deviation.case


def loaded(analysis):
    return analysis_report.for_report(analysis.deviation)


def order(lead, **fields):
    return {
        "uppdrag-question": "Varför stannade pumpen?",
        "uppdrag-lead": lead.email,
        "uppdrag-due_on": f"{days(30)}",
        **fields,
    }


# --- the page -----------------------------------------------------------------------------------


def test_it_is_ordered_on_its_page_and_a_fault_keeps_what_was_written(region, case, lead):
    by = region.investigator
    assert "Beställ händelseanalysen" in text_of(signed_in(by).get(url("deviation_analysis", case)))

    refused = post(
        by, "deviation_analysis_order", case, order(lead, **{"uppdrag-due_on": "2020-01-01"})
    )
    assert refused.status_code == 409
    assert "har redan varit" in text_of(refused)
    assert "Varför stannade pumpen?" in refused.content.decode()

    assert post(by, "deviation_analysis_order", case, order(lead)).status_code == 302
    page = text_of(signed_in(by).get(url("deviation_analysis", case)))
    assert "Varför stannade pumpen?" in page
    assert lead.name in page


def test_the_whole_way_on_the_page(region, its_case, lead, written):
    page = text_of(signed_in(lead).get(url("deviation_analysis", its_case)))
    assert "Lämna rapporten till uppdragsgivaren" in page
    version = EventAnalysis.objects.get().version

    stale = post(lead, "deviation_analysis_hand_in", its_case, {"lamna-version": version - 1})
    assert stale.status_code == 409
    handed = post(lead, "deviation_analysis_hand_in", its_case, {"lamna-version": version})
    assert handed.status_code == 302
    made = Proposal.objects.get()
    by = region.investigator
    assert signed_in(by).get(url("deviation_proposal_decide", its_case, made.pk)).status_code == 200
    stale = post(by, "deviation_proposal_decide", its_case, {"beslut-version": 7}, made.pk)
    assert stale.status_code == 409
    decided = post(by, "deviation_proposal_decide", its_case, {"beslut-version": 1}, made.pk)

    assert decided.status_code == 302
    assert Proposal.objects.get().measure.status == "planned"
    assert "Planerad" in text_of(signed_in(by).get(url("deviation_analysis", its_case)))


def test_a_proposal_is_refused_with_a_reason_on_its_page(region, its_case, lead, written):
    made = Proposal.objects.get()
    event_analysis.hand_in(written, by=lead, version=written.version)
    by = region.investigator

    empty = post(by, "deviation_proposal_decide", its_case, {"avslag-reason": ""}, made.pk)
    assert empty.status_code == 422
    given = {"avslag-version": 1, "avslag-reason": "Räcker inte."}
    assert post(by, "deviation_proposal_decide", its_case, given, made.pk).status_code == 302

    measure = Proposal.objects.get().measure
    assert (measure.status, measure.decision_reason) == ("rejected", "Räcker inte.")


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("deviation_analysis_member", {"deltagare-name": "Sakkunnig", "deltagare-part": "expert"}, "members"),
        ("deviation_barrier", {"barriar-text": "Larmet.", "barriar-held": "failed"}, "barriers"),
    ],
)  # fmt: skip
def test_rows_come_and_go(region, case, lead, analysis, name, data, place):
    empty = post(lead, name, case, {})
    assert empty.status_code in {409, 422}
    assert post(lead, name, case, data).status_code == 302
    row = getattr(analysis, place).get()

    assert post(lead, f"{name}_remove", case, {}, row.pk).status_code == 302

    assert not getattr(analysis, place).exists()


def test_a_measure_is_proposed_and_withdrawn_on_the_page(region, case, lead, analysis):
    assert post(lead, "deviation_proposal", case, {}).status_code == 422
    given = {**measure_of(lead), "owner": lead.email, "cause": ""}
    data = {f"forslag-{name}": value for name, value in given.items()}
    assert post(lead, "deviation_proposal", case, data).status_code == 302
    row = analysis.proposals.get()

    assert post(lead, "deviation_proposal_remove", case, {}, row.pk).status_code == 302

    assert not analysis.proposals.exists()
    assert Measure.objects.get(pk=row.measure_id).status == "cancelled"


def test_a_cause_gets_its_place_on_the_page(region, its_case, lead, written):
    behind = its_case.deviation.causes.get(depth="underlying")
    prefix = f"plats-{behind.pk}-place"

    wrong = post(lead, "deviation_cause_place", its_case, {prefix: "moment-999999"}, behind.pk)
    assert wrong.status_code == 422
    loose = post(lead, "deviation_cause_place", its_case, {prefix: ""}, behind.pk)

    assert loose.status_code == 302
    behind.refresh_from_db()
    assert behind.depth == ""


def test_the_page_asks_as_much_for_many_rows(lead, written, its_case, django_assert_num_queries):
    page = signed_in(lead)
    page.get(url("deviation_analysis", its_case))
    with django_assert_num_queries(36):
        assert page.get(url("deviation_analysis", its_case)).status_code == 200
    for _ in range(2):
        ready(EventAnalysis.objects.get(), by=lead)
    with django_assert_num_queries(36):
        assert page.get(url("deviation_analysis", its_case)).status_code == 200


# --- the report ---------------------------------------------------------------------------------


def test_the_report_tells_everything_in_the_order_of_the_handbook(region, its_case, lead, written):
    investigation.conclude(its_case, by=lead, patient_view="Hon var rädd.", could_recur="Ja.")

    answer = signed_in(lead).get(url("deviation_analysis_report", its_case, "rapport", "docx"))
    paragraphs = [one.text for one in docx.Document(BytesIO(answer.content)).paragraphs]
    headings = [
        "Sammanfattning", "Uppdrag", "Analysgrupp", "Så gjordes analysen", "Händelseförlopp",
        "Avvikelser och orsaker", "Barriärer", "Patientens och närståendes bild",
        "Har något liknande hänt förut", "Åtgärdsförslag och beslut", "Kan det hända igen",
        "Lärdomar för andra",
    ]  # fmt: skip
    places = [paragraphs.index(one) for one in headings]

    assert places == sorted(places)
    whole = zipfile.ZipFile(BytesIO(answer.content)).read("word/document.xml").decode()
    for told in ("Pumpen larmar.", "Sensorn var sliten.", "Service uteblev.", "Hon var rädd."):
        assert told in whole
    assert whole.index("Sensorn var sliten.") < whole.index("Service uteblev.")
    assert "Utkast. Rapporten är inte lämnad än." in paragraphs
    read = Event.objects.filter(action="case.read", actor_id=lead.pk).latest("pk")
    assert read.payload.body["part"] == "händelseanalysens rapport"


def test_the_report_is_a_tagged_pdf(region, its_case, lead, written):
    event_analysis.hand_in(written, by=lead, version=written.version)

    answer = signed_in(lead).get(url("deviation_analysis_report", its_case, "rapport", "pdf"))

    read = PdfReader(BytesIO(answer.content))
    text = " ".join(page.extract_text() for page in read.pages)
    assert "/StructTreeRoot" in read.trailer["/Root"]
    assert its_case.number in text
    assert "Utkast" not in text
    for name, form in (("rapport", "csv"), ("annat", "pdf")):
        gone = signed_in(lead).get(url("deviation_analysis_report", its_case, name, form))
        assert gone.status_code == 404


# --- with nobody in it --------------------------------------------------------------------------


def test_names_places_numbers_and_days_are_exchanged(region, its_case, lead, written):
    stranger = make_person("Gunvor Ekdahl")
    make_unit("Röntgen Norra huset")
    event_analysis.change(
        written,
        by=lead,
        version=written.version,
        summary=(
            f"{stranger.name} ringde {lead.name} den 3 november 2026 på 046-17 00 00, såg "
            f"Gunvors anteckning hos Röntgen Norra husets jour och skrev till vakt@region.example om "
            f"{its_case.number}. Doktor Vesterlund kom 2026-11-04."
        ),
    )

    made = deidentified.of(loaded(written))

    for gone in (
        "Gunvor", "Ekdahl", lead.name, "november", "046-17", "Norra huset", "vakt@",
        its_case.number, "2026-11-04", its_case.filing_unit.name, its_case.title,
    ):  # fmt: skip
        assert gone not in made.text, gone
    assert "Vesterlund" in made.looks_like_names
    assert "Dag 1, ungefär" in made.text
    assert "Sensorn var sliten." in made.text


def test_the_same_person_is_the_same_number_throughout():
    names = deidentifying.Deidentifier(
        people=["Maja Lind", "Per Ek"], units=["Avdelning 4"], numbers=["MT-1"], first_day=None
    )

    said = names.text(
        "Maja Lind och Per Ek på Avdelning 4. Lind såg MT-1. Eken föll, 10 marginaler."
    )

    assert said == (
        "[person 1] och [person 2] på [enhet 1]. [person 1] såg [nummer]. Eken föll, 10 marginaler."
    )
    assert names.name("Per Ek") == "[person 2]"


def test_only_the_text_that_was_read_is_cleared(region, its_case, lead, written):
    shown = deidentified.of(loaded(written)).hash
    early = {"granskad-text_hash": shown, "granskad-has_read": "on"}
    assert post(lead, "deviation_analysis_clear", its_case, early).status_code == 409
    event_analysis.hand_in(written, by=lead, version=written.version)
    assert (
        post(lead, "deviation_analysis_clear", its_case, {"granskad-text_hash": shown}).status_code
        == 422
    )
    other = {"granskad-text_hash": "0" * 64, "granskad-has_read": "on"}
    assert post(lead, "deviation_analysis_clear", its_case, other).status_code == 409

    given = {"granskad-text_hash": shown, "granskad-has_read": "on"}
    assert post(lead, "deviation_analysis_clear", its_case, given).status_code == 302

    assert deidentified.of(loaded(written)).is_cleared
    row = Proposal.objects.get()
    proposals.reject(row, by=region.investigator, reason="Räcker inte.", version=1)
    after = deidentified.of(loaded(written))
    assert not after.is_cleared
    assert after.document.blocks[0].text == deidentified.UNREAD


# --- the API ------------------------------------------------------------------------------------


def test_an_analysis_is_carried_out_through_the_api(region, case, lead):
    api = client(region.investigator, "cases:read", "cases:write")
    here = f"deviations/{case.number}/event-analysis/"
    assert api.get(f"/api/v1/{here}").status_code == 404
    body = {"question": "Varför?", "lead": lead.email, "due_on": f"{days(30)}"}
    version = case.version
    assert sent(api, here, body, version=version + 7).status_code == 412
    made = sent(api, here, body, version=version)
    assert made.status_code == 201, made.data
    at = timezone.now() - timedelta(hours=3)
    moment = sent(
        api,
        f"deviations/{case.number}/timeline/",
        {"at": at.isoformat(), "text": "Stopp.", "departs": True, "expected": "Larm."},
    ).data
    cause = sent(
        api,
        f"deviations/{case.number}/causes/",
        {"area": "technology_equipment", "text": "Sliten.", "evidence": "Prov."},
    ).data
    placed = api.put(
        f"/api/v1/{here}causes/{cause['id']}/", {"departure": moment["id"]}, format="json"
    )
    assert placed.status_code == 200, placed.data
    barrier = {"text": "Larmet.", "held": "failed", "moment": moment["id"]}
    given = {**measure_of(lead), "owner": lead.email, "cause": cause["id"]}
    proposal = {**given, **{name: f"{given[name]}" for name in ("due_on", "effect_due_on")}}
    for what, given in (
        ("members/", {"name": "Sakkunnig", "part": "expert"}),
        ("barriers/", barrier),
        ("proposals/", proposal),
    ):
        assert sent(api, f"{here}{what}", given).status_code == 201
    assert sent(api, f"{here}barriers/", {**barrier, "moment": 999999}).status_code == 404
    changed = api.patch(
        f"/api/v1/{here}", {"summary": "Kort."}, format="json", headers={"If-Match": '"v1"'}
    )
    assert changed.data["version"] == 2
    stale = api.patch(
        f"/api/v1/{here}", {"summary": "Min."}, format="json", headers={"If-Match": '"v1"'}
    )
    assert stale.status_code == 412

    assert sent(api, f"{here}hand-in/", {}, version=2).status_code == 200
    text = api.get(f"/api/v1/{here}deidentified/").data
    assert sent(api, f"{here}clear/", {"text_hash": "0" * 64}).status_code == 412
    assert sent(api, f"{here}clear/", {"text_hash": text["hash"]}).status_code == 200
    whole = api.get(f"/api/v1/{here}").data
    pk = whole["proposals"][0]["id"]
    refused = sent(api, f"{here}proposals/{pk}/reject/", {"reason": "Nej."}, version=7)
    assert refused.status_code == 412
    taken = sent(api, f"{here}proposals/{pk}/accept/", version=1)

    assert taken.status_code == 200, taken.data
    assert taken.data["status"] == "planned"
    again = sent(api, f"{here}proposals/{pk}/accept/", version=2)
    assert again.status_code == 409
    assert datetime.fromisoformat(whole["reported_at"])
