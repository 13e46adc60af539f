"""Filing through the form: what must be answered, what it becomes, and that nothing is lost."""

import json
from datetime import UTC, datetime
from itertools import cycle

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from avvikelse.forms.doors import DOORS
from avvikelse.forms.report import ReportForm
from avvikelse.models import Deviation
from patientsakerhet.audit.models import Event
from patientsakerhet.cases import sealing
from patientsakerhet.cases.models import Case, Draft, SealedText
from patientsakerhet.lib import calendar
from patientsakerhet.organisation.models import Role, Unit
from tests.avvikelse.reporting import (
    ANSWERS,
    CSRF,
    a_client,
    code_on,
    errors,
    fill,
    send,
    ticket,
)
from tests.cases.sample_files import picture, upload
from tests.factories import Region, file_report, fresh, make_device, make_system, person_as
from tests.made_once import made_once

NOON = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)  # half past one in Sweden

pytestmark = pytest.mark.django_db


_made, region = made_once(Region)


@pytest.fixture
def guest():
    return a_client()


def the_deviation():
    return Deviation.objects.select_related("case__reporter").get()


# --- the page ------------------------------------------------------------------------------


def test_anybody_gets_the_form_without_signing_in(region, guest):
    page = guest.get("/anmal/")

    assert page.status_code == 200
    assert "Anmäl en avvikelse" in page.content.decode()
    assert region.ward.name in page.content.decode()  # among the units to choose from


def test_a_link_from_a_unit_fills_in_the_unit(region, guest):
    page = guest.get(f"/anmal/{region.ward.code}/")

    assert page.context["unit"] == region.ward
    assert page.context["place"] == "Sjukhuset"
    assert "Välj enhet" not in page.content.decode()


def test_somebody_signed_in_reports_from_her_own_unit(region):
    page = a_client(region.reporter).get("/anmal/")

    assert page.context["unit"] == region.ward
    assert page.context["unit_from"] == "Din enhet"


@pytest.mark.parametrize("code", ["finns-inte", "kvitton", "x" * 40])
def test_a_link_to_a_unit_that_is_no_more_asks_for_another(region, guest, code):
    page = guest.get(f"/anmal/{code}/")

    assert page.status_code == 200
    assert page.context["gone"]
    assert "Välj enhet" in page.content.decode()


def test_a_unit_that_has_ended_is_not_reported_from(region, guest):
    Unit.objects.filter(pk=region.ward.pk).update(valid_to="2020-01-01")

    assert guest.get(f"/anmal/{region.ward.code}/").context["gone"]
    assert errors(send(guest, region.ward)) == {
        "unit": ["Enheten finns inte längre. Välj en annan."]
    }


@pytest.mark.parametrize(
    ("word", "door"),
    [
        ("avvikelse", "deviation"),
        ("forslag", "improvement"),
        ("klagomal", "complaint"),
        ("annat", "deviation"),
    ],
)
def test_a_link_can_open_another_door(region, guest, word, door):
    page = guest.get(f"/anmal/?till={word}")

    assert page.context["form"].at_door == door
    assert DOORS[door].title in page.content.decode()


def test_nobody_but_the_form_keeps_the_page(region, guest):
    assert "no-store" in guest.get("/anmal/")["Cache-Control"]


# --- what must be answered -----------------------------------------------------------------

QUESTIONS = ("what_happened", "immediate_action", "day", "affected", "nature", "unit")
MUST = {
    "deviation": {*QUESTIONS},
    "improvement": {"what_happened", "unit"},
    "complaint": {"what_happened", "day", "unit"},
}
"""Door -> what it cannot do without; six questions at most."""


@pytest.mark.parametrize("left_out", QUESTIONS)
@pytest.mark.parametrize("door", MUST)
def test_each_door_asks_for_what_it_must_have_and_no_more(region, guest, door, left_out):
    answers = {**ANSWERS["deviation"], **ANSWERS[door], left_out: None}
    del answers["door"]

    response = send(guest, region.ward, door, **answers)

    if left_out in MUST[door]:
        assert response.status_code == 422
        assert set(errors(response)) == {left_out}
        assert Case.objects.count() == 0
    else:
        assert response.status_code == 303
        assert the_deviation().door == door


@pytest.mark.parametrize("door", MUST)
def test_an_empty_form_says_everything_that_is_missing_at_once(region, guest, door):
    response = guest.post("/anmal/", {"door": door})

    assert set(errors(response)) == MUST[door]


@pytest.mark.parametrize("door", MUST)
def test_each_door_leads_to_the_same_kind_of_case(region, guest, door, commit):
    response = send(guest, region.ward, door)

    assert response.status_code == 303
    deviation = the_deviation()
    assert (deviation.door, deviation.channel, deviation.case.status) == (door, "form", "reported")
    assert deviation.case.filing_unit == region.ward
    commit()


def test_what_somebody_wrote_before_she_changed_doors_is_kept(region, guest):
    send(guest, region.ward, "improvement", immediate_action="Flyttade en pump.", nature="risk")

    assert the_deviation().immediate_action == "Flyttade en pump."
    assert the_deviation().nature == "risk"


@pytest.mark.parametrize("wish", ["byt-enhet", "byt-fragor"])
def test_changing_unit_or_door_without_scripts_keeps_every_word(region, guest, wish):
    filled = {**ANSWERS["deviation"], "unit": region.ward.code, "gor": wish, "door": "complaint"}

    page = guest.post("/anmal/", filled)

    assert page.status_code == 200
    assert page.context["form"].at_door == "complaint"
    assert page.context["unit"] == (None if wish == "byt-enhet" else region.ward)
    assert ANSWERS["deviation"]["what_happened"] in page.content.decode()
    assert ANSWERS["deviation"]["immediate_action"] in page.content.decode()
    assert not page.context["form"].errors


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", "tomorrow"),
        ("affected", "nobody-else"),
        ("nature", "x"),
        ("shift", "lunch"),
        ("mode", "secret"),
        ("channel", "phone"),
        ("involves", "people"),
        ("actual", "5"),
        ("potential", "0"),
        ("date", "igår"),
        ("clock", "25:61"),
        ("reporter_email", "inte en adress"),
        ("reporter_email", '"a b"@exempel.se'),
        ("discovered_on", "9999-99-99"),
        ("summer_time", "ja"),
        ("unit", "'; drop table"),
    ],
)
def test_an_answer_that_is_none_of_ours_is_pointed_at(region, guest, field, value):
    response = send(guest, region.ward, **{field: value})

    assert response.status_code == 422
    assert field in errors(response)
    assert ANSWERS["deviation"]["what_happened"] in response.content.decode()


def test_a_doorless_form_is_a_deviation(region, guest):
    filled = fill(guest, region.ward)
    del filled["door"]

    assert guest.post("/anmal/", filled).status_code == 303
    assert the_deviation().door == "deviation"


# --- when ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "begins", "ends", "precision"),
    [
        ({"day": "today"}, "2026-11-22 00:00", "2026-11-22 13:30", "day"),
        ({"day": "yesterday"}, "2026-11-21 00:00", "2026-11-21 23:59", "day"),
        ({"day": "today", "shift": "night"}, "2026-11-22 00:00", "2026-11-22 07:00", "shift"),
        ({"day": "today", "shift": "morning"}, "2026-11-22 07:00", "2026-11-22 12:00", "shift"),
        ({"day": "today", "shift": "afternoon"}, "2026-11-22 12:00", "2026-11-22 13:30", "shift"),
        ({"day": "yesterday", "shift": "evening"}, "2026-11-21 17:00", "2026-11-21 23:59", "shift"),
        ({"day": "today", "clock": "09:05"}, "2026-11-22 09:05", None, "exact"),
        (
            {"day": "today", "clock": "09:05", "shift": "night"},
            "2026-11-22 09:05",
            None,
            "exact",
        ),
        ({"day": "other", "date": "2026-07-01"}, "2026-07-01 00:00", "2026-07-01 23:59", "day"),
        ({"day": "unknown", "clock": "09:05"}, None, None, "unknown"),
    ],
)
def test_when_it_happened_is_kept_as_exactly_as_it_is_known(
    region, guest, answers, begins, ends, precision
):
    def written(at):
        return at and f"{at.astimezone(calendar.SWEDEN):%Y-%m-%d %H:%M}"

    with time_machine.travel(NOON, tick=False):
        response = send(guest, region.ward, **answers)

    assert response.status_code == 303
    found = the_deviation()
    assert (written(found.occurred_at), written(found.occurred_until), found.precision) == (
        begins,
        ends,
        precision,
    )


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"day": "other"}, "date"),
        ({"day": "other", "date": "2026-11-23"}, "date"),
        ({"day": "other", "date": "0001-01-01"}, "date"),
        ({"day": "other", "date": "9999-12-31"}, "date"),
        ({"day": "today", "shift": "evening"}, "shift"),
        ({"day": "today", "clock": "23:00"}, "clock"),
        ({"day": "other", "date": "2026-03-29", "clock": "02:30"}, "clock"),
        ({"day": "other", "date": "2026-10-25", "clock": "02:30"}, "summer_time"),
        ({"day": "yesterday", "discovered_on": "2026-11-23"}, "discovered_on"),
        ({"day": "yesterday", "discovered_on": "2026-11-20"}, "discovered_on"),
    ],
)
def test_a_time_that_cannot_be_or_can_be_two_is_asked_about(region, guest, answers, field):
    with time_machine.travel(NOON, tick=False):
        response = send(guest, region.ward, **answers)

    assert response.status_code == 422
    assert set(errors(response)) == {field}


@pytest.mark.parametrize(("answer", "hour"), [("yes", 0), ("no", 1)])
def test_a_time_that_occurred_twice_is_told_apart(region, guest, answer, hour):
    answers = {"day": "other", "date": "2026-10-25", "clock": "02:30"}
    with time_machine.travel(NOON, tick=False):
        asked = send(guest, region.ward, **answers)
        send(guest, region.ward, **answers, summer_time=answer)

    assert "Vilken av gångerna?" in asked.content.decode()
    assert the_deviation().occurred_at == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


def test_today_means_the_day_on_which_it_was_said(region, guest):
    with time_machine.travel(datetime(2026, 11, 21, 22, 58, tzinfo=UTC), tick=False):
        filled = fill(guest, region.ward, today="2026-11-21")
    with time_machine.travel(datetime(2026, 11, 21, 23, 3, tzinfo=UTC), tick=False):
        assert guest.post("/anmal/", filled).status_code == 303

    assert the_deviation().occurred_at == datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


# --- who -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ({}, ("anonymous", "", "")),
        (
            {"mode": "anonymous", "reporter_name": "Eva", "reporter_email": "eva@exempel.se"},
            ("anonymous", "", ""),
        ),
        ({"mode": "open", "reporter_name": "Eva"}, ("open", "Eva", "")),
        (
            {"mode": "confidential", "reporter_email": "eva@exempel.se"},
            ("confidential", "", "eva@exempel.se"),
        ),
    ],
)
def test_without_account_one_says_who_one_is_only_if_one_wants(region, guest, answers, kept):
    send(guest, region.ward, **answers)

    reporter = the_deviation().case.reporter
    assert (reporter.mode, reporter.name, reporter.email) == kept
    assert reporter.person is None
    assert reporter.code_lookup


@pytest.mark.parametrize("mode", ["open", "confidential"])
def test_whoever_wants_to_be_known_says_who_she_is(region, guest, mode):
    assert set(errors(send(guest, region.ward, mode=mode))) == {"reporter_name"}


@pytest.mark.parametrize("mode", ["open", "confidential", "anonymous"])
def test_a_signed_in_reporter_chooses_who_sees_her_name(region, mode):
    send(
        a_client(region.reporter),
        region.ward,
        mode=mode,
        potential="3",
        attachments=upload("bild.png", picture()),
    )

    case = the_deviation().case
    reporter = case.reporter
    assert reporter.mode == mode
    assert (reporter.person == region.reporter) == (mode != "anonymous")
    assert bool(reporter.code_lookup) == (mode == "anonymous")
    shown = region.reporter if mode == "open" else None
    assert case.transitions.get().by == shown
    assert case.deviation.assessments.get().by == shown
    assert case.attachments.get().by == shown
    filed = Event.objects.get(action="case.filed")
    assert filed.actor_id == (None if mode == "anonymous" else region.reporter.pk)


def test_a_reporter_who_is_not_open_answers_without_her_name(region):
    case = file_report(region.ward)
    case.reporter.person, case.reporter.mode = region.reporter, "confidential"
    case.reporter.save()

    a_client(region.reporter).post(
        reverse("own_report", args=[case.number]), {"gor": "svar", "text": "Det var sal 4."}
    )

    comment = case.comments.get()
    assert (comment.by, comment.by_reporter) == (None, True)
    assert Event.objects.get(action="case.commented").actor_id == region.reporter.pk


# --- device and system ---------------------------------------------------------------------


def test_an_inventory_number_fills_in_the_device(region, guest):
    device = make_device("MT-20417", unit=region.devices, serial_number="SN-9")

    send(guest, region.ward, involves="device", device_number=" mt-20417 ", device_kept="Skåp 2")

    found = the_deviation()
    assert (found.device, found.device_model) == (device, device.model)
    assert (found.device_serial, found.device_kept) == ("SN-9", "Skåp 2")


def test_an_unknown_number_is_pointed_at_with_a_way_on(region, guest):
    response = send(guest, region.ward, involves="device", device_number="MT-1")

    assert "Vi hittar inget med numret MT-1." in errors(response)["device_number"][0]

    send(guest, region.ward, device_number="MT-1", device_text="Infusionspump")

    found = the_deviation()
    assert found.device is None
    assert found.device_text == "Infusionspump (okänt inventarienummer MT-1)"


@pytest.mark.parametrize("written", ["Journalen", "JOURNALEN", "j-systemet"])
def test_a_system_is_found_by_any_of_its_names(region, guest, written):
    system = make_system(aliases=["J-systemet", "TakeCare"])

    send(guest, region.ward, involves="system", system_text=written, system_workaround="Papper")

    found = the_deviation()
    assert (found.system, found.system_text, found.system_workaround) == (system, written, "Papper")


def test_a_system_nobody_knows_stays_as_it_was_written(region, guest):
    make_system(aliases=["J-systemet"])

    send(guest, region.ward, involves="system", system_text="systemet")

    assert (the_deviation().system, the_deviation().system_text) == (None, "systemet")


# --- levels --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ({"actual": "2"}, (2, 2)),
        ({"potential": "4"}, (0, 4)),
        ({"actual": "3", "potential": "1"}, (3, 3)),
        ({}, None),
    ],
)
def test_the_reporters_own_judgement_is_kept_apart(region, guest, answers, kept):
    send(guest, region.ward, **answers)

    found = the_deviation().assessments.filter(stage="reporter").first()
    assert (found and (found.actual, found.potential)) == kept


def test_without_a_scale_the_levels_are_not_asked_for(region, guest):
    from avvikelse.models import RiskScale

    RiskScale.objects.all().delete()

    assert "Hur allvarlig blev den?" not in guest.get("/anmal/").content.decode()
    assert send(guest, region.ward).status_code == 303


# --- personal numbers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        "what_happened",
        "immediate_action",
        "consequence",
        "could_have_happened",
        "suggestion",
        "place",
        "device_text",
        "device_serial",
        "device_kept",
        "system_text",
        "system_workaround",
    ],
)
def test_a_personal_number_is_masked_and_sealed_and_stops_nothing(region, guest, field):
    response = send(guest, region.ward, **{field: "Gäller 19121212-1212 och inget annat"})

    assert response.status_code == 303
    assert getattr(the_deviation(), field) == "Gäller 121212-**** och inget annat"
    sealed = SealedText.objects.get()
    assert sealing.unseal(sealed) == "Gäller 19121212-1212 och inget annat"
    assert "Vi dolde ett personnummer" in guest.get(response.url).content.decode()
    assert "1212-1212" not in the_deviation().case.title


# --- files ---------------------------------------------------------------------------------


def test_files_come_with_the_report(region, guest):
    send(
        guest,
        region.ward,
        attachments=[upload("bild.png", picture()), upload("logg.txt", b"Pumpen stannade.")],
    )

    files = the_deviation().case.attachments.all()
    assert [(one.name, one.audience, one.verdict) for one in files] == [
        ("bild.png", "reporter", "clean"),
        ("logg.txt", "reporter", "clean"),
    ]


def test_a_refused_file_brings_the_form_back_with_everything_else(region, guest):
    response = send(
        guest,
        region.ward,
        attachments=[upload("bild.png", picture()), upload("virus.exe", b"MZ\x90")],
    )

    assert response.status_code == 422
    page = response.content.decode()
    assert ANSWERS["deviation"]["what_happened"] in page
    assert errors(response)["attachments"][0].startswith("virus.exe: ")
    assert "bild.png" in page
    kept = response.context["form"].attached.kept
    again = fill(guest, region.ward, attachments_kept=[token for _, token in kept])
    assert guest.post("/anmal/", again).status_code == 303
    assert [one.name for one in the_deviation().case.attachments.all()] == ["bild.png"]


def test_a_file_too_large_is_let_go_past_and_the_words_stay(region, guest, settings):
    settings.FILE_MAX_BYTES = 1000

    response = send(guest, region.ward, attachments=upload("stor.txt", b"x" * 2000))

    assert errors(response)["attachments"][0].startswith("stor.txt: filen är för stor")
    assert ANSWERS["deviation"]["what_happened"] in response.content.decode()


def test_a_token_of_somebody_elses_making_brings_no_file(region, guest):
    send(guest, region.ward, attachments_kept=["påhittad", '["a"]:x:y'])

    assert not the_deviation().case.attachments.exists()


def test_only_so_many_files_at_once(region, guest, settings):
    settings.FILES_PER_SENDING = 2
    files = [upload(f"{n}.txt", b"text %d" % n) for n in range(3)]

    assert errors(send(guest, region.ward, attachments=files)) == {
        "attachments": ["Du kan bifoga högst 2 filer."]
    }


# --- sent once -----------------------------------------------------------------------------


def test_sending_again_leads_to_the_same_receipt(region, guest):
    filled = fill(guest, region.ward, sending=ticket(guest))
    first, second = guest.post("/anmal/", filled), guest.post("/anmal/", filled)

    assert (first.status_code, second.status_code) == (303, 303)
    assert guest.get(first.url).context["case"] == guest.get(second.url).context["case"]
    assert Case.objects.count() == 1


def test_going_back_and_changing_is_not_lost_in_silence(region, guest):
    filled = fill(guest, region.ward)
    guest.post("/anmal/", filled)

    response = guest.post("/anmal/", {**filled, "what_happened": "Något helt annat hände också."})

    assert response.status_code == 409
    page = response.content.decode()
    assert "redan skickat och har nummer" in page
    assert "Något helt annat hände också." in page
    again = {**filled, "what_happened": "Något helt annat hände också."}
    again["sending"] = response.context["sending"]
    assert guest.post("/anmal/", again).status_code == 303
    assert Case.objects.count() == 2


@pytest.mark.parametrize("made_up", ["", "x", "eyJ:a:b", "[1,2]"])
def test_without_a_ticket_of_ours_the_form_comes_back_with_one(region, guest, made_up):
    response = guest.post("/anmal/", fill(guest, region.ward, sending=made_up))

    assert response.status_code == 422
    assert "blivit för gammal" in response.content.decode()
    again = fill(guest, region.ward, sending=response.context["sending"])
    assert guest.post("/anmal/", again).status_code == 303


# --- signing out in the middle -------------------------------------------------------------


def test_a_sign_in_that_ran_out_loses_nothing(region):
    client = a_client(region.reporter)
    filled = fill(client, region.ward, mode="open", sending=ticket(client))
    client.logout()

    response = client.post("/anmal/", filled)

    assert response.status_code == 303
    reporter = the_deviation().case.reporter
    assert (reporter.mode, reporter.name, reporter.person) == (
        "confidential",
        region.reporter.name,
        None,
    )
    page = client.get(response.url)
    assert "Du hade loggats ut när du skickade" in page.content.decode()
    assert code_on(page)


def test_whoever_was_signed_out_gets_her_report_back_when_she_signs_in(region):
    client = a_client(region.reporter)
    filled = fill(client, region.ward, mode="open")
    client.logout()
    receipt = client.post("/anmal/", filled).url
    client.force_login(region.reporter)

    assert "bland mina anmälningar" in client.get(receipt).content.decode()
    response = client.post(receipt)

    case = the_deviation().case
    assert response.url == reverse("own_report", args=[case.number])
    assert (case.reporter.person, case.reporter.mode) == (region.reporter, "confidential")
    assert client.get(response.url).status_code == 200
    assert Event.objects.filter(action="case.claimed", actor_id=region.reporter.pk).exists()


def test_nobody_else_can_claim_it(region):
    client = a_client(region.reporter)
    filled = fill(client, region.ward, mode="open")
    client.logout()
    receipt = client.post("/anmal/", filled).url

    assert client.post(receipt).status_code == 404
    assert a_client(region.coordinator).post(receipt).status_code == 404
    assert the_deviation().case.reporter.person is None


def test_an_anonymous_report_stays_anonymous_when_the_sign_in_ran_out(region):
    client = a_client(region.reporter)
    filled = fill(client, region.ward, mode="anonymous")
    client.logout()
    receipt = client.post("/anmal/", filled).url
    client.force_login(region.reporter)

    assert client.post(receipt).status_code == 404
    assert (the_deviation().case.reporter.name, the_deviation().case.reporter.person) == ("", None)


def test_a_form_opened_by_somebody_else_asks_who_reports(region):
    opened = a_client(region.reporter)
    filled = fill(opened, region.ward, sending=ticket(opened))
    client = a_client(region.coordinator)

    response = client.post("/anmal/", filled)

    assert response.status_code == 422
    assert region.coordinator.name in response.content.decode()
    assert Case.objects.count() == 0
    again = {**filled, "sending": response.context["sending"]}
    assert client.post("/anmal/", again).status_code == 303


# --- drafts --------------------------------------------------------------------------------


def test_a_draft_is_kept_sealed_and_laid_back(region):
    client = a_client(region.reporter)
    written = {
        **ANSWERS["deviation"],
        "involves": ["device", "system"],
        "unit": region.sibling.code,
    }

    assert client.post("/anmal/utkast/", written).status_code == 204

    kept = Draft.objects.get()
    assert "Pumpen" not in json.dumps(kept.fields)
    page = client.get("/anmal/")
    form = page.context["form"]
    assert page.context["unit"] == region.sibling
    assert page.context["draft_from"] == kept.saved_at
    assert ANSWERS["deviation"]["what_happened"] in page.content.decode()
    assert form["involves"].value() == ["device", "system"]
    assert form["day"].value() == "today"


def test_a_draft_is_its_writers_alone(region):
    a_client(region.reporter).post("/anmal/utkast/", ANSWERS["deviation"])

    assert a_client(region.coordinator).get("/anmal/").context["draft_from"] is None


def test_a_draft_is_gone_when_it_has_been_sent_or_thrown_away(region):
    client = a_client(region.reporter)
    client.post("/anmal/utkast/", ANSWERS["deviation"])
    send(client, region.ward)
    assert not Draft.objects.exists()

    client.post("/anmal/utkast/", ANSWERS["deviation"])
    assert client.post("/anmal/utkast/slang/", ANSWERS["deviation"]).status_code == 303
    assert not Draft.objects.exists()


def test_a_form_nobody_has_written_in_is_no_draft(region):
    a_client(region.reporter).post("/anmal/utkast/", {"door": "deviation", "mode": "open"})

    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("said", "day", "date"),
    [("today", "yesterday", None), ("yesterday", "other", "2026-11-20")],
)
def test_a_draft_from_yesterday_means_the_same_day_today(region, said, day, date):
    client = a_client(region.reporter)
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        client.force_login(region.reporter)
        client.post("/anmal/utkast/", {**ANSWERS["deviation"], "day": said, "today": "2026-11-21"})
    with time_machine.travel(NOON, tick=False):
        client.force_login(region.reporter)
        form = client.get("/anmal/").context["form"]

    assert form["day"].value() == day
    assert form["date"].value() == date


def test_those_without_account_keep_their_draft_in_the_browser(region, guest):
    assert guest.post("/anmal/utkast/", ANSWERS["deviation"]).status_code == 302
    assert "data-draft-url" not in guest.get("/anmal/").content.decode()
    assert "data-draft-url" in a_client(region.reporter).get("/anmal/").content.decode()


# --- from paper, by telephone --------------------------------------------------------------


def test_a_paper_form_keeps_its_own_time(region):
    with time_machine.travel(NOON, tick=False):
        response = send(
            a_client(region.reporter),
            region.ward,
            day="other",
            date="2026-11-20",
            channel="paper",
            paper_on="2026-11-20",
            paper_at="16:40",
        )

    assert response.status_code == 303
    found = the_deviation()
    assert found.channel == "paper"
    assert found.written_on_paper_at == datetime(2026, 11, 20, 15, 40, tzinfo=UTC)
    assert found.case.filed_at == NOON
    assert found.case.reporter.person == region.reporter


@pytest.mark.parametrize("paper_on", ["", "2026-11-23"])
def test_a_paper_form_has_a_day_that_has_been(region, paper_on):
    with time_machine.travel(NOON, tick=False):
        response = send(a_client(region.reporter), region.ward, channel="paper", paper_on=paper_on)

    assert set(errors(response)) == {"paper_on"}


def test_a_coordinator_files_for_somebody_who_rings(region):
    client = a_client(region.coordinator)

    response = send(
        client,
        region.private,
        channel="phone",
        reporter_name="Ivan Berg",
        reporter_title="läkare",
        mode="open",
    )

    case = the_deviation().case
    reporter = case.reporter
    assert (reporter.person, reporter.name, reporter.title) == (None, "Ivan Berg", "läkare")
    assert Event.objects.get(action="case.filed").actor_id == region.coordinator.pk
    page = client.get(response.url)
    assert code_on(page)
    assert "Läs upp den" in page.content.decode()


@pytest.mark.parametrize("role", [Role.REPORTER, Role.INVESTIGATOR, Role.ADMINISTRATOR])
def test_only_coordinators_take_calls(region, role):
    client = a_client(person_as(role, region.ward))

    assert "channel" in errors(send(client, region.ward, channel="phone", reporter_name="Ivan"))


# --- receipt -------------------------------------------------------------------------------


def test_the_receipt_says_number_who_and_by_when(region, guest):
    response = send(guest, region.ward)
    page = guest.get(response.url)

    case = the_deviation().case
    text = page.content.decode()
    assert case.number in text
    assert region.desk.name in text
    assert page.context["deadline"] == case.deadlines.get()
    assert page.context["deadline"].due_at == case.due_at
    assert 'data-draft-clear="anmal"' in text


def test_a_receipt_is_shown_for_a_shift_and_again_and_again(region, guest):
    with time_machine.travel(NOON, tick=False):
        receipt = send(guest, region.ward).url
        codes = {code_on(guest.get(receipt)) for _ in range(3)}
    assert len(codes) == 1
    with time_machine.travel(NOON.replace(hour=23), tick=False):
        assert guest.get(receipt).status_code == 200
    with time_machine.travel(NOON.replace(day=23, hour=1), tick=False):
        late = guest.get(receipt)
    assert late.status_code == 404
    assert codes.pop() not in late.content.decode()


@pytest.mark.parametrize("token", ["x", "eyJ:a:b", "a" * 300])
def test_a_receipt_nobody_was_given_does_not_exist(region, guest, token):
    assert guest.get(f"/anmal/kvitto/{token}/").status_code == 404


def test_a_signed_in_reporter_gets_no_code_and_a_link_to_her_own(region):
    client = a_client(region.reporter)
    page = client.get(send(client, region.ward).url)

    assert code_on(page) == ""
    assert reverse("own_report", args=[the_deviation().case.number]) in page.content.decode()


def test_the_receipt_is_promised_by_mail_only_to_those_with_an_address(region, guest):
    send(guest, region.ward, mode="open", reporter_email="eva@exempel.se")

    from patientsakerhet.notifications.models import Message

    message = Message.objects.get(kind="receipt")
    assert (message.address, message.channel) == ("eva@exempel.se", "mail")
    assert mail.outbox == []  # the relay's work


# --- limits and refusals -------------------------------------------------------------------


def test_too_many_from_one_address_wait_with_their_text_kept(region, guest, settings):
    settings.TRIES_PER_HOUR = {**settings.TRIES_PER_HOUR, "file": 2}
    for _ in range(2):
        assert send(guest, region.ward).status_code == 303

    response = send(guest, region.ward)

    assert response.status_code == 429
    assert "ovanligt många försök" in response.content.decode()
    assert ANSWERS["deviation"]["what_happened"] in response.content.decode()
    assert Case.objects.count() == 2
    assert send(a_client(region.reporter), region.ward).status_code == 303


def test_where_nobody_coordinates_the_text_is_kept(region, guest):
    Unit.objects.update(coordinates=False)

    response = send(guest, region.ward)

    assert response.status_code == 409
    assert "Ingen enhet koordinerar" in response.content.decode()
    assert ANSWERS["deviation"]["what_happened"] in response.content.decode()


def test_without_the_csrf_token_nothing_is_filed(region):
    client = Client(enforce_csrf_checks=True)
    page = client.get("/anmal/").content.decode()
    filled = {**ANSWERS["deviation"], "unit": region.ward.code}
    filled["sending"] = ticket(client)

    assert client.post("/anmal/", filled).status_code == 403
    assert Case.objects.count() == 0

    filled["csrfmiddlewaretoken"] = CSRF.search(page)[1]
    assert client.post("/anmal/", filled).status_code == 303
    assert fresh(Case.objects.get()).number


# --- hostile text --------------------------------------------------------------------------

HOSTILE = {
    "nul": "Pump\x00en",
    "bell": "Pump\x07en",
    "rtl override": "Pump\u202een",
    "isolate": "Pump\u2066en",
    "delete": "Pump\x7fen",
}
HARMLESS = {
    "decomposed": ("Pumpen sto\u0308rde", "Pumpen störde"),
    "sami": ("Sámi giella čállojuvvo ŋđŧ", None),
    "emoji": ("Pumpen 👩‍⚕️ stannade", None),
    "byte order mark": ("\ufeffPumpen stannade", None),
    "line breaks": ("Rad ett\r\nRad två\rRad tre", "Rad ett\nRad två\nRad tre"),
    "html": ("<script>alert(1)</script><b>", None),
    "template": ("{{ 7|add:7 }} {% debug %}", None),
    "sql": ("'; DROP TABLE cases_case; --", None),
    "format": ("%s %(x)s {0} \\u0041 %0d%0aSet-Cookie: x", None),
    "formula": ("=HYPERLINK(1)", None),
    "long": ("å" * 20_000, None),
    "one sign": (".", None),
}
TEXT_FIELDS = (
    "what_happened",
    "immediate_action",
    "consequence",
    "could_have_happened",
    "suggestion",
    "device_text",
    "device_serial",
    "device_kept",
    "device_number",
    "system_text",
    "system_workaround",
    "place",
    "reporter_name",
    "reporter_title",
)


def test_no_field_takes_what_cannot_be_kept(region):
    """Each text in each field, the form alone; what comes back is looked at below."""
    filled = {**ANSWERS["deviation"], "unit": region.ward.code, "mode": "open"}
    wrong = []
    for field in TEXT_FIELDS:
        for name, text in HOSTILE.items():
            answers = {**filled, "reporter_name": "Eva", field: text}
            found = list(ReportForm(answers, person=None, scale=None).errors)
            if found != [field]:
                wrong.append(f"{name} in {field}: {found}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_kept_in_any_field_is_pointed_at_in_each(region, guest, text):
    response = send(guest, region.ward, mode="open", **dict.fromkeys(TEXT_FIELDS, text))

    assert response.status_code == 422
    assert set(errors(response)) == {*TEXT_FIELDS}


@pytest.mark.parametrize(
    ("field", "text"), list(zip(TEXT_FIELDS, cycle(HOSTILE.values()), strict=False))
)
def test_what_cannot_be_kept_is_pointed_at_with_the_rest_in_place(region, guest, field, text):
    response = send(guest, region.ward, mode="open", **{"reporter_name": "Eva", field: text})

    assert response.status_code == 422
    assert list(errors(response)) == [field]
    if field != "what_happened":
        assert ANSWERS["deviation"]["what_happened"] in response.content.decode()


@pytest.mark.parametrize(("text", "kept"), HARMLESS.values(), ids=HARMLESS)
def test_everything_else_is_kept_as_it_was_written(region, guest, text, kept, commit):
    response = send(guest, region.ward, what_happened=text, suggestion=text)

    assert response.status_code == 303
    assert the_deviation().what_happened == (kept or text)
    page = guest.get(response.url).content.decode()
    assert "<script>alert" not in page
    commit()


def test_a_text_longer_than_a_novel_is_pointed_at(region, guest):
    response = send(guest, region.ward, what_happened="å" * 20_001)

    assert set(errors(response)) == {"what_happened"}


def test_half_a_sign_in_the_bytes_stops_nothing(region, guest):
    filled = fill(guest, region.ward)
    body = "&".join(f"{name}={value}" for name, value in filled.items() if name != "what_happened")

    response = guest.generic(
        "POST",
        "/anmal/",
        body.encode() + b"&what_happened=Pumpen%ED%A0%80stannade%FF",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 303
    assert the_deviation().what_happened.startswith("Pumpen\ufffd")


@pytest.mark.parametrize("path", ["/anmal/utrustning/", "/anmal/liknande/"])
@pytest.mark.parametrize("text", [*HOSTILE.values(), "\ud800".encode("utf-8", "replace").decode()])
def test_the_help_while_writing_swallows_anything(region, guest, path, text):
    sent = {"device_number": text, "what_happened": text * 30, "unit": text}

    assert guest.post(path, sent).status_code == 200


# --- cost ----------------------------------------------------------------------------------


def test_the_form_and_the_filing_cost_the_same_however_much_there_is(
    region, guest, django_assert_num_queries
):
    for _ in range(3):
        filled = fill(guest, region.ward)
        with django_assert_num_queries(6):
            guest.get(f"/anmal/{region.ward.code}/")
        with django_assert_num_queries(23):
            guest.post("/anmal/", filled)


def test_every_question_has_words_for_the_doors_that_ask_it():
    for wording in DOORS.values():
        assert wording.required <= set(wording.questions)
        assert set(wording.questions) <= set(ReportForm.base_fields)
        assert all(wording.questions[name].missing for name in wording.required)
        assert len(wording.required) + 1 <= 6  # and the unit, where it is not known
