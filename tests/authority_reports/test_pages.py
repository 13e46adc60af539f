"""The tab, a report's own page, the steps, the worksheet, the list and the kinds, as people meet them."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.authority_reports.models import AuthorityReport, ReportKind
from tests.authority_reports.making import begun, fresh, kind, report_in
from tests.cases.sample_files import picture, upload
from tests.factories import Region, in_status, person_as
from tests.made_once import made_once
from tests.sakerhetsmeddelanden.making import entered
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=5)


def _investigated():
    region = Region()
    return region, [in_status("in_investigation", region) for _ in range(3)]


_made, investigated = made_once(_investigated)


@pytest.fixture
def region(investigated):
    return investigated[0]


@pytest.fixture
def cases(investigated):
    return investigated[1]


@pytest.fixture
def case(cases):
    return cases[0]


@pytest.fixture
def as_physician(region, client):
    return signed_in(region.physician)


@pytest.fixture
def as_coordinator(region):
    return signed_in(region.coordinator)


def text(answer):
    return answer.content.decode()


def address(report, act=""):
    if act:
        return reverse("case_report_step", args=[report.case.number, report.pk, act])
    return report.get_absolute_url()


def moment(name, at):
    local = timezone.localtime(at)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"}


def test_the_tab_says_how_many_and_shows_the_age_first(region, case, as_coordinator):
    begun(case, region, ask=True, clock_from=timezone.now() - LONG_AGO)
    page = text(as_coordinator.get(reverse("case_reports", args=[case.number])))

    assert 'Anmälningar <span class="count">1</span>' in page
    assert "<b>5\u00a0d</b>" in page
    assert "Internt mål" in page
    assert "Väntar på beslut" in page
    assert (
        "i tid"
        not in page.partition('<section class="stack gap3" id="anmalningar"')[2].partition(
            "</section>"
        )[0]
    )
    assert Event.objects.filter(action="case.read", case_id=case.pk).exists()


def test_the_blocker_of_the_case_leads_to_the_tab(region, case, as_coordinator):
    begun(case, region)
    page = text(as_coordinator.get(case.get_absolute_url()))

    link = f"{reverse('case_reports', args=[case.number])}#anmalningar"
    assert f'<a href="{link}">Lex Maria är inte beslutad</a>' in page


def test_a_notice_has_the_tab_in_its_own_frame(region, as_physician):
    case = entered(region)
    begun(case, region, "mpa_device", by=region.physician)
    page = text(as_physician.get(reverse("case_reports", args=[case.number])))

    assert "Svar till leverantör" in page
    assert "Medicinteknisk händelse till Läkemedelsverket" in page


def test_the_tab_costs_the_same_with_more_rows(
    region, case, as_coordinator, django_assert_num_queries
):
    url = reverse("case_reports", args=[case.number])
    for keys in (["lex_maria"], ["mpa_device", "reidar"]):
        for key in keys:
            begun(case, region, key)
        as_coordinator.get(url)

        with django_assert_num_queries(TAB):
            as_coordinator.get(url)


def test_a_reports_page_costs_the_same_with_more_history(
    region, case, as_coordinator, django_assert_num_queries
):
    report = report_in("submitted", case, region, clock_from=timezone.now() - LONG_AGO)
    for count in (1, 3):
        for number in range(report.supplements.count(), count):
            as_coordinator.post(
                address(report, "komplettera"),
                {
                    "sent": f"Del {number}",
                    "channel": "post",
                    **moment("sent_at", timezone.now() - timedelta(minutes=1)),
                },
            )
        assert report.supplements.count() == count

        with django_assert_num_queries(ONE):
            as_coordinator.get(address(report))


def test_from_the_question_to_the_answer(region, case, as_coordinator, as_physician):
    new = reverse("case_report_new", args=[case.number])
    asked = as_coordinator.post(
        new,
        {
            "kind": "lex_maria",
            "grounds": "Kunde ha blivit allvarligt.",
            "event_provider": region.ward.care_provider_id,
            "ask": "ask",
            **moment("clock_from", timezone.now() - LONG_AGO),
        },
    )
    report = AuthorityReport.objects.get()
    assert (asked.status_code, report.status) == (302, "under_decision")

    without = as_physician.post(address(report, "besluta"), {"report_it": "no"})
    assert without.status_code == 422
    assert "Skriv varför, också när det inte ska anmälas." in text(without)
    said = {"report_it": "yes", "motive": "Ingen spärr fanns.", "version": report.version}
    assert as_physician.post(address(report, "besluta"), said).status_code == 302

    sheet = reverse("case_report_worksheet", args=[case.number, report.pk])
    page = text(as_coordinator.get(sheet))
    assert case.deviation.what_happened in page
    assert 'data-copy="id_f_what_happened"' in page
    values = {f"f_{one.key}": "Se ärendet." for one in report.kind.worksheet}
    ticked = [one.key for one in report.kind.points]
    kept = as_coordinator.post(
        sheet, {**values, "checked": ticked, "version": fresh(report).version}
    )
    assert kept.status_code == 302

    sent = as_coordinator.post(
        address(report, "skickad"),
        {
            "channel": "e_service",
            "diary_no": "3.1.1-1/2026",
            "file": upload("kvitto.png", picture()),
            "version": fresh(report).version,
            **moment("submitted_at", timezone.now() - timedelta(minutes=1)),
        },
    )
    assert sent.status_code == 302
    assert fresh(report).receipt.name == "kvitto.png"
    answered = as_coordinator.post(
        address(report, "svar"),
        {
            "answered_on": f"{timezone.localdate()}",
            "outcome": "Räcker.",
            "version": fresh(report).version,
        },
    )
    assert answered.status_code == 302
    page = text(as_coordinator.get(address(report)))
    for words in ("Ingen spärr fanns.", "3.1.1-1/2026", "IVO svarade", "Räcker.", "kvitto.png"):
        assert words in page


def test_what_was_written_is_kept_when_somebody_was_first(region, case, as_physician):
    report = begun(case, region, ask=True)
    answer = as_physician.post(
        address(report, "besluta"),
        {"report_it": "no", "motive": "Mina ord står kvar.", "version": 1},
    )

    assert answer.status_code == 409
    assert "Mina ord står kvar." in text(answer)
    assert f'name="version" value="{fresh(report).version}"' in text(answer)
    again = {"report_it": "no", "motive": "Mina ord.", "version": fresh(report).version}
    assert as_physician.post(address(report, "besluta"), again).status_code == 302


def test_a_file_that_came_with_a_refused_form_follows_the_next(region, case, as_coordinator):
    report = report_in("submitted", case, region, clock_from=timezone.now() - LONG_AGO)
    refused = as_coordinator.post(
        address(report, "komplettera"),
        {"sent": "", "channel": "post", "file": upload("utredning.png", picture())},
    )
    assert refused.status_code == 422
    token = text(refused).partition('name="file_kept" value="')[2].partition('"')[0]
    assert token

    as_coordinator.post(
        address(report, "komplettera"),
        {
            "sent": "Utredningen.",
            "channel": "post",
            "file_kept": token,
            **moment("sent_at", timezone.now() - timedelta(minutes=1)),
        },
    )
    assert report.supplements.get().attachment.name == "utredning.png"


def test_who_may_not_decide_is_not_offered_it_and_gets_403(region, case, as_coordinator):
    report = begun(case, region, ask=True)

    assert "Besluta…" not in text(as_coordinator.get(address(report)))
    assert as_coordinator.get(address(report, "besluta")).status_code == 403
    said = {"report_it": "yes", "motive": "Jag vill."}
    assert as_coordinator.post(address(report, "besluta"), said).status_code == 403
    assert fresh(report).status == "under_decision"


def test_a_case_one_may_not_read_has_no_reports(region, cases):
    case, other, _ = cases
    report = begun(case, region)
    stranger = signed_in(person_as("investigator", Region().devices))

    for url in (
        reverse("case_reports", args=[case.number]),
        address(report),
        address(report, "begar"),
        reverse("case_report_worksheet", args=[case.number, report.pk]),
    ):
        assert stranger.get(url).status_code == 404
    wrong = reverse("case_report", args=[other.number, report.pk])
    assert signed_in(region.coordinator).get(wrong).status_code == 404


def test_the_event_of_another_provider_is_told_of(region, case, as_physician):
    report = begun(case, region, ask=True, event_provider=region.private.care_provider)
    page = text(as_physician.get(address(report)))

    assert f"Händelsen inträffade hos {region.private.care_provider}." in page


def test_every_form_asks_for_its_token(region, case):
    report = begun(case, region, ask=True)
    client = signed_in(region.physician, enforce_csrf_checks=True)

    said = {"report_it": "no", "motive": "Nej."}
    assert client.post(address(report, "besluta"), said).status_code == 403
    page = text(client.get(address(report, "besluta")))
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    done = client.post(address(report, "besluta"), {**said, "csrfmiddlewaretoken": token})
    assert done.status_code == 302


# --- the list -------------------------------------------------------------------------------------


def test_the_list_costs_the_same_with_more_rows(
    region, cases, as_coordinator, django_assert_num_queries
):
    for some in (cases[:1], cases[1:]):
        for case in some:
            report_in("not_reported", case, region)
        as_coordinator.get(reverse("authority_reports"))

        with django_assert_num_queries(LIST):
            as_coordinator.get(reverse("authority_reports"))


def test_the_list_holds_what_one_may_see_the_longest_running_first(region, cases, as_coordinator):
    now = timezone.now()
    young = begun(cases[0], region, clock_from=now - timedelta(days=2))
    old = begun(cases[1], region, clock_from=now - timedelta(days=9))
    elsewhere = Region()
    begun(in_status("in_investigation", elsewhere), elsewhere)
    page = text(as_coordinator.get(reverse("authority_reports")))

    assert page.index(f'href="{old.get_absolute_url()}"') < page.index(
        f'href="{young.get_absolute_url()}"'
    )
    assert "2 anmälningar" in page
    assert "<b>9\u00a0d</b>" in page


NARROWED = {
    "": 2,
    "room=": 2,
    "room=beslut": 1,
    "room=inskickade": 1,
    "kind=mpa_device": 1,
    "decision=yes": 1,
    "q=D-4711": 0,
    "mine=submit": 0,
    "order=sent": 1,
    "unit=finns-inte": 0,
}
"""What is asked of the list -> the number of reports it shows."""


def test_the_list_is_narrowed(region, cases, as_coordinator):
    begun(cases[0], region)
    long_ago = timezone.now() - LONG_AGO
    report_in("submitted", cases[1], region, "mpa_device", clock_from=long_ago)
    pages = {
        query: text(as_coordinator.get(f"{reverse('authority_reports')}?{query}"))
        for query in NARROWED
    }

    assert {query: page.count('class="title"') for query, page in pages.items()} == NARROWED


def test_a_wrong_filter_is_told_of(as_coordinator):
    assert as_coordinator.get(f"{reverse('authority_reports')}?room=x").status_code == 422


def test_the_list_leaves_as_a_file_with_who_decided_and_why(region, case, as_coordinator):
    report_in("not_reported", case, region)
    answer = as_coordinator.get(reverse("authority_reports_extract", args=["csv"]))
    told = b"".join(answer.streaming_content).decode()

    assert "Lex Maria" in told
    assert "Ingen risk." in told
    assert region.physician.name in told


def test_what_waits_for_her_decision_is_on_the_chief_physicians_first_page(
    region, case, as_physician
):
    report = begun(case, region, ask=True)
    page = text(as_physician.get("/"))

    assert "Anmälningar att besluta om" in page
    assert report.get_absolute_url() in page
    narrowed = text(as_physician.get(f"{reverse('authority_reports')}?mine=decide"))
    assert narrowed.count('class="title"') == 1


# --- the kinds ------------------------------------------------------------------------------------


def kind_fields(page):
    """What the form of a kind holds, as a browser would send it."""

    class Fields(HTMLParser):
        def __init__(self):
            super().__init__()
            self.told, self.area, self.select = {}, None, None

        def handle_starttag(self, tag, attrs):
            at = dict(attrs)
            if tag == "input" and at.get("name") and at.get("type") not in {"submit", "file"}:
                if at["type"] in {"checkbox", "radio"} and "checked" not in at:
                    return
                ticked = "on" if at["type"] in {"checkbox", "radio"} else ""
                self.told.setdefault(at["name"], []).append(at.get("value", ticked))
            elif tag == "textarea":
                self.area = at["name"]
                self.told[self.area] = [""]
            elif tag == "select":
                self.select = at["name"]
            elif tag == "option" and "selected" in at:
                self.told[self.select] = [at.get("value", "")]

        def handle_data(self, data):
            if self.area:
                self.told[self.area][0] += data

        def handle_endtag(self, tag):
            if tag == "textarea":
                self.area = None

    found = Fields()
    found.feed(page.partition("<main")[2])
    return found.told


def test_an_administrator_changes_a_kind_from_a_day(region):
    admin = signed_in(person_as("administrator", region.root))
    url = reverse("report_kind", args=["lex_maria"])
    told = kind_fields(text(admin.get(url)))
    told.pop("slut-last_day", None)
    told.pop("slut-seen", None)
    told |= {"target_amount": ["21"], "since": [f"{timezone.localdate()}"]}
    told["checklist_text"][0] += "\nNämnden är informerad."
    answer = admin.post(url, told)

    assert answer.status_code == 302
    new = kind()
    assert new.target_amount == 21
    assert new.points[-1].text == "Nämnden är informerad."
    old = ReportKind.objects.get(key="lex_maria", valid_to__isnull=False)
    assert [one.key for one in new.worksheet] == [one.key for one in old.worksheet]


def test_a_kind_that_cannot_be_read_says_which_line(region):
    admin = signed_in(person_as("administrator", region.root))
    url = reverse("report_kind", args=["lex_maria"])
    told = kind_fields(text(admin.get(url)))
    told |= {"fields_text": ["Vad hände? | | ur luften | krävs"], "channels": ["mail"]}
    answer = admin.post(url, told)

    assert answer.status_code == 422
    assert "är inget som kan hämtas ur ärendet" in text(answer)
    assert "Vad hände? | | ur luften | krävs" in text(answer)
    assert "tar inte emot anmälan med e-post" in text(answer)


def test_a_new_kind_is_offered_and_an_ended_one_is_not(region, case, as_coordinator):
    admin = signed_in(person_as("administrator", region.root))
    told = kind_fields(text(admin.get(reverse("new_report_kind"))))
    today = f"{timezone.localdate()}"
    told |= {
        "key": ["lof"],
        "name": ["Löf"],
        "authority": ["Löf"],
        "basis": ["Praxis: patienten anmäler själv, vården hjälper till."],
        "standing": ["practice"],
        "clock": ["filed"],
        "decided_with": ["decide_report"],
        "channels": ["post"],
        "since": [today],
        "fields_text": ["Vad hände? | | vad som hände | krävs"],
    }
    assert admin.post(reverse("new_report_kind"), told).status_code == 302
    new = reverse("case_report_new", args=[case.number])
    assert 'value="lof"' in text(as_coordinator.get(new))

    yesterday = f"{timezone.localdate() - timedelta(days=1)}"
    end = reverse("end_report_kind", args=["reidar"])
    assert admin.post(end, {"slut-last_day": yesterday}).status_code == 302
    assert 'value="reidar"' not in text(as_coordinator.get(new))


TAB, ONE, LIST = 25, 29, 11
"""Statements of a page, whatever number of rows it shows."""


def test_the_kinds_are_narrowed_and_taken_out(region):
    admin = signed_in(person_as("administrator", region.root))
    url = reverse("report_kinds")
    ReportKind.objects.filter(key="reidar").update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )

    def shown(**asked):
        return text(admin.get(url, asked))

    assert "Lex Maria" in shown()
    assert "Lex Maria" not in shown(q="Läkemedelsverket")
    assert "Personuppgiftsincident" in shown(decided_with="decide_security_report")
    assert ">ReidarMTP</a>" not in shown()
    assert ">ReidarMTP</a>" in shown(standing="alla")
    assert admin.get(url, {"decided_with": "x"}).status_code == 422
    answer = admin.get(reverse("export_file", args=["report_kinds", "csv"]), {"q": "IMY"})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "imy_breach;Personuppgiftsincident;IMY" in body
    assert "lex_maria" not in body
