"""The pages of notices: the list, one notice with its parts, typing one in, from register to sending."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.actions import steps
from patientsakerhet.cases.models import Case
from patientsakerhet.organisation.models import Role
from patientsakerhet.register.models import Party
from sakerhetsmeddelanden.actions import arrivals, handling, target
from sakerhetsmeddelanden.models import LateArrival, RiskClass, SafetyNotice
from tests.factories import (
    file_report,
    fresh,
    make_device,
    make_model,
    make_system,
    person_as,
)
from tests.made_once import made_once
from tests.sakerhetsmeddelanden.making import promoted, walked
from tests.sakerhetsmeddelanden.test_targeting import Pumps
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

PARTS = ("safety_notice", "notice_judging", "notice_targets", "notice_history")


def judged(case, by):
    return handling.judge(
        case, by=by, risk_class=RiskClass.objects.get(code="yellow"), urgency="soon",
        reason="Fel dos kan ges.", instruction="Ta pumpen ur bruk.",
    )  # fmt: skip


def sent_out(pumps):
    """A notice whose only unit has it, as the sending leaves it."""
    by = pumps.region.physician
    case = judged(pumps.notice(), by)
    target.target(case, by=by)
    target.decide_devices(
        case, case.safety_notice.undecided.all(), decision="excluded", by=by, reason="Skrotade."
    )
    steps.take_step(case, "distribute", by=by)
    walked(case.safety_notice.recipients.get(), "handed_over", by=by)
    steps.take_step(case, "sent", by=by)
    return fresh(case)


def _pumps():
    """The register, a notice that is being judged and one that has gone out."""
    pumps = Pumps()
    case = pumps.notice()
    target.target(case, by=pumps.region.coordinator)
    pumps.case, pumps.sent = fresh(case), sent_out(pumps)
    return pumps


_made, pumps = made_once(_pumps)


@pytest.fixture
def case(pumps):
    return pumps.case


def test_the_list_shows_each_notice_in_its_room(pumps):
    region = pumps.region
    waiting, assessing = promoted(region), pumps.case
    client = signed_in(region.coordinator)

    everything = client.get(reverse("safety_notices")).content.decode()
    inbox = client.get(reverse("safety_notices"), {"room": "inkorg"}).content.decode()

    assert waiting.number in everything
    assert assessing.number in everything
    assert waiting.number in inbox
    assert assessing.number not in inbox
    assert Event.objects.filter(action="list.read", actor_id=region.coordinator.pk).exists()


def asked_for(client, address):
    """How often the page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_list_asks_the_database_as_much_for_one_as_for_three():
    pumps = Pumps()
    client = signed_in(pumps.region.coordinator)
    client.get(reverse("safety_notices"))

    for more in (1, 2):
        for _ in range(more):
            target.target(pumps.notice(), by=pumps.region.coordinator)
        assert asked_for(client, reverse("safety_notices")) == 11


def test_every_part_asks_the_database_as_much_for_one_unit_as_for_three(pumps, case):
    region = pumps.region
    client = signed_in(region.coordinator)
    addresses = {name: reverse(name, args=[case.number]) for name in PARTS}
    for address in addresses.values():
        client.get(address)
    one = {name: asked_for(client, address) for name, address in addresses.items()}

    for unit in (region.sibling, region.devices):
        pumps.device(unit, "1300")
    target.target(case, by=region.coordinator)
    three = {name: asked_for(client, address) for name, address in addresses.items()}

    assert case.safety_notice.recipients.count() == 3
    assert one == three == {
        "safety_notice": 31, "notice_judging": 29, "notice_targets": 33, "notice_history": 28
    }  # fmt: skip


def test_a_notice_one_may_not_read_does_not_exist(pumps):
    case, answers = pumps.notice(), {}
    for role, place in (
        ("unit_manager", "ward"),
        ("reporter", "ward"),
        ("investigator", "devices"),
    ):
        client = signed_in(person_as(role, getattr(pumps.region, place)))
        for name in PARTS:
            answers[role, name] = client.get(reverse(name, args=[case.number])).status_code

    assert [one for one, status in answers.items() if status != 404] == []


def test_from_the_inbox_to_whom_it_concerns_in_one_sitting(pumps):
    region, by = pumps.region, pumps.region.coordinator
    case = promoted(region, fields={"1.2": "Volumed 300", "1.7": "SN 1000-1499"})
    client = signed_in(by, enforce_csrf_checks=True)
    page = client.get(case.get_absolute_url())
    text = page.content.decode()
    assert "läst i sida 1" in text
    token = page.context["csrf_token"]
    form = page.context["fields"]
    values = {
        name: value
        for name, field in form.fields.items()
        if (value := form[name].value()) not in (None, "")
    }

    refused = client.post(reverse("notice_confirm", args=[case.number]), values)
    assert refused.status_code == 403

    values["csrfmiddlewaretoken"] = str(token)
    done = client.post(reverse("notice_confirm", args=[case.number]), values)
    assert done.status_code == 302, done.content.decode()[:3000]
    for name in ("register", "assess"):
        version = fresh(case).version
        client.post(
            reverse("notice_step", args=[case.number, name]),
            {"csrfmiddlewaretoken": str(token), "version": version},
        )
    assert fresh(case).status == "assessing"

    client.post(
        reverse("notice_judge", args=[case.number]),
        {
            "csrfmiddlewaretoken": str(token), "risk_class": RiskClass.objects.get(code="red").pk,
            "urgency": "immediate", "reason": "Fel dos.", "version": fresh(case).version,
        },
    )  # fmt: skip
    client.post(reverse("notice_target", args=[case.number]), {"csrfmiddlewaretoken": str(token)})

    notice = SafetyNotice.objects.get(pk=case.pk)
    assert (notice.fsn_ref, notice.reply_required, notice.user_actions) == (
        "FSN-2026-001", True, ["identify", "quarantine"]
    )  # fmt: skip
    assert notice.risk_class.code == "red"
    assert [one.unit for one in notice.recipients.all()] == [region.ward]
    shown = client.get(reverse("notice_targets", args=[case.number])).content.decode()
    assert "serienumret 1200 ingår i" in shown
    assert "serienummer saknas i registret" in shown.lower()
    assert "Avdelning 5" in shown


def test_a_wrong_day_is_said_and_loses_nothing(pumps):
    case = promoted(pumps.region)
    client = signed_in(pumps.region.coordinator)

    answer = client.post(
        reverse("notice_confirm", args=[case.number]),
        {"ffsn_ref": "FSN-9", "fdate": "i går", "f2_1": "Det jag skrev."},
    )

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv datumet som 2026-11-22." in text
    assert "Det jag skrev." in text
    assert SafetyNotice.objects.get(pk=case.pk).fsn_ref == "FSN-2026-001"


def test_whoever_was_slower_is_told_and_keeps_her_text(pumps):
    case = promoted(pumps.region)
    client = signed_in(pumps.region.coordinator)

    answer = client.post(
        reverse("notice_confirm", args=[case.number]),
        {"ffsn_ref": "FSN-9", "version": fresh(case).version + 1},
    )

    assert answer.status_code == 409
    assert "FSN-9" in answer.content.decode()


def typed(**changes):
    return {
        "submission": str(uuid4()), "title": "Trycksensor", "sort": "device",
        "received_on": "2026-11-20", "language": "sv", "manufacturer": "Volumed AB",
        "ffsn_ref": "FSN-1", "fdate": "2026-11-19", "f2_1": "Visar för lågt.",
        "f3_1": ["quarantine"], "f1_2": "Volumed 300", **changes,
    }  # fmt: skip


def test_a_notice_is_typed_in_once_however_often_it_is_sent(pumps):
    client = signed_in(pumps.region.coordinator)
    sent, before = typed(), [pumps.case.pk, pumps.sent.pk]

    first = client.post(reverse("notice_new"), sent)
    second = client.post(reverse("notice_new"), sent)

    assert first.status_code == 302, first.content.decode()
    assert first["Location"] == second["Location"]
    case = Case.objects.exclude(pk__in=before).get(kind="safety_notice")
    assert (case.status, case.safety_notice.manufacturer) == ("registered", pumps.maker)
    assert case.safety_notice.products.get().trade_name == "Volumed 300"


def test_what_is_missing_is_said_and_what_was_typed_stays(pumps):
    client = signed_in(pumps.region.coordinator)

    answer = client.post(reverse("notice_new"), typed(f3_1=[], manufacturer=""))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv vem som har tillverkat produkten." in text
    assert "Visar för lågt." in text
    assert Case.objects.filter(kind="safety_notice").count() == 2


def test_who_does_not_manage_notices_types_none_in(pumps):
    client = signed_in(person_as(Role.UNIT_MANAGER, pumps.region.ward))

    assert client.get(reverse("notice_new")).status_code == 403
    assert client.post(reverse("notice_new"), typed()).status_code == 403


def test_a_unit_is_taken_out_and_another_added_with_reasons(pumps, case):
    region = pumps.region
    client = signed_in(region.coordinator)
    recipient = case.safety_notice.recipients.get()
    out = reverse("notice_unit_take_out", args=[case.number, recipient.pk])

    assert client.post(out, {"reason": ""}).status_code == 422
    assert client.post(out, {"reason": "Utlånad."}).status_code == 302
    added = client.post(
        reverse("notice_unit_add", args=[case.number]),
        {"enhet-unit": region.hospital.code, "enhet-reason": "Har lånat en."},
    )

    assert added.status_code == 302, added.content.decode()
    assert dict(case.safety_notice.recipients.values_list("unit__name", "status")) == {
        "Avdelning 4": "removed", "Sjukhuset": "selected"
    }  # fmt: skip


def test_undecided_devices_are_decided_about_together(pumps, case):
    region = pumps.region
    client = signed_in(region.coordinator)
    row = case.safety_notice.undecided.get(device=pumps.unclear)
    address = reverse("notice_decide", args=[case.number])
    said = {"avgor-decision": "included", "avgor-reason": "Lästes på plats."}

    assert client.post(address, said).status_code in {409, 422}
    assert client.post(address, {**said, "device": [row.pk]}).status_code == 302

    assert case.safety_notice.recipients.get(unit=region.operations).status == "selected"


def test_earlier_deviations_on_the_same_product_stand_on_the_notice(pumps, case):
    region = pumps.region
    report = file_report(region.ward, device=pumps.affected)
    other = file_report(region.ward, device=pumps.kin)
    target.target(case, by=region.coordinator)

    text = signed_in(region.coordinator).get(case.get_absolute_url()).content.decode()

    assert report.number in text
    assert other.number not in text


def test_a_new_deviation_on_a_product_with_an_open_notice_is_flagged_in_coordination():
    pumps = Pumps()
    region, case = pumps.region, pumps.notice()
    target.target(case, by=region.coordinator)
    client = signed_in(region.coordinator)

    def shown(device):
        report = file_report(region.ward, device=device)
        page = client.get(reverse("coordination"), {"arende": report.number})
        assert report.number in page.content.decode()
        return page.content.decode()

    told = shown(pumps.affected)
    assert "Öppet ärende om samma produkt: säkerhetsmeddelanden" in told
    assert case.number in told
    assert case.number not in shown(pumps.kin)


def test_a_device_that_comes_later_is_found_shown_and_asked_about(pumps):
    case, region = pumps.sent, pumps.region
    assert arrivals.sweep() == 0
    late = make_device(unit=region.private, model=pumps.model, serial_number="1300")
    make_device(unit=region.private, model=pumps.model, serial_number="1800")

    assert arrivals.sweep() == 1
    assert arrivals.sweep() == 0

    client = signed_in(region.coordinator)
    address = reverse("notice_targets", args=[case.number])
    text = client.get(address).content.decode()
    assert "kommit till enheter efter utskicket" in text
    row = LateArrival.objects.get()
    assert row.device == late
    asked = client.post(
        reverse("notice_arrival", args=[case.number, row.pk, "fraga"]), {"reason": "Nyss köpt."}
    )
    assert asked.status_code == 302, asked.content.decode()
    recipient = case.safety_notice.recipients.get(unit=region.private)
    assert [one.device for one in recipient.devices.all()] == [late]
    assert fresh(case).safety_notice.arrivals.get().outcome == "asked"


def test_a_known_maker_is_proposed_and_its_other_spelling_remembered(pumps):
    region, written = pumps.region, "Volumed AB Pump Division, Storgatan 1"
    case = pumps.notice(manufacturer_text=written)
    client, address = signed_in(region.coordinator), reverse("safety_notice", args=[case.number])

    page = client.get(address).content.decode()

    assert f"”{written}” börjar med ”Volumed AB”." in page
    assert fresh(case).safety_notice.manufacturer is None
    sent = {
        name: re.search(rf'type="hidden" name="parter-{name}" value="([^"]*)"', page)[1]
        for name in ("version", "manufacturer", "supplier", "reply_address", "remember")
    }
    answer = client.post(
        reverse("notice_parties", args=[case.number]),
        {f"parter-{name}": value for name, value in sent.items()},
    )
    assert answer.status_code == 302
    assert fresh(case).safety_notice.manufacturer == pumps.model.manufacturer
    assert Party.objects.called(written).get() == pumps.model.manufacturer
    assert "börjar med" not in client.get(address).content.decode()


@pytest.mark.parametrize("what", ["fraga", "lamna"])
def test_a_late_arrival_is_not_decided_on_a_notice_that_has_changed(what, pumps):
    case, region = pumps.sent, pumps.region
    make_device(unit=region.private, model=pumps.model, serial_number="1300")
    arrivals.sweep()
    address = reverse("notice_arrival", args=[case.number, LateArrival.objects.get().pk, what])
    now = fresh(case).version

    refused = signed_in(region.coordinator).post(address, {"reason": "Köpt.", "version": now - 1})

    assert refused.status_code == 409
    assert refused.context["form"]["version"].value() == str(now)
    assert refused.context["form"]["reason"].value() == "Köpt."
    assert LateArrival.objects.get().handled_at is None


@pytest.mark.parametrize(
    ("name", "prefix", "values", "shown"),
    [
        ("notice_parties", "parter", {"reply_address": "a@volumed.example"}, "parties"),
        ("notice_product", "p0", {"trade_name": "Volumed 400"}, "new_product"),
        ("notice_system", "system", {"system": "Journalen"}, "system_form"),
        ("notice_supersede", "ersatt", {}, "supersede"),
        ("notice_unit_add", "enhet", {"reason": "Lån."}, "add"),
        ("notice_decide", "avgor", {"decision": "excluded", "reason": "Skrot."}, "decide"),
    ],
)
def test_a_form_that_came_second_is_shown_again_and_can_be_sent_again(
    name, prefix, values, shown, pumps, case
):
    region = pumps.region
    make_system("Journalen", region.devices)
    if name == "notice_supersede":
        values = {"number": case.number}
        case = pumps.notice()
    if name == "notice_unit_add":
        values = {**values, "unit": region.private.name}
    where = {"number": case.number} | ({"pk": 0} if name == "notice_product" else {})
    now = fresh(case).version
    sent = {f"{prefix}-{key}": value for key, value in {**values, "version": now - 1}.items()}
    device = {"device": list(case.safety_notice.undecided.values_list("pk", flat=True))}

    refused = signed_in(region.coordinator).post(reverse(name, kwargs=where), {**sent, **device})

    assert refused.status_code == 409
    assert "hann ändra" in refused.content.decode() or "ändrade" in refused.content.decode()
    form = refused.context[shown]
    assert form["version"].value() == str(now)
    assert {key: form[key].value() for key in values} == values
    assert fresh(case).version == now


def test_what_a_product_is_in_the_register_is_chosen_by_hand_and_targeted(pumps, case):
    region = pumps.region
    other = make_device("MT-9", region.sibling, model=make_model("Kallas annat"))
    product = case.safety_notice.products.get()
    client = signed_in(region.coordinator)
    address = reverse("notice_product_models", args=[case.number, product.pk])
    name = f"m{product.pk}-models"

    unknown = client.post(address, {name: "Finns inte"})
    assert unknown.status_code == 422
    assert "Det finns ingen produkt som heter ”Finns inte”." in unknown.content.decode()
    assert "Finns inte</textarea>" in unknown.content.decode()
    assert client.post(address, {name: "Kallas annat"}).status_code == 302
    found = target.target(fresh(case), by=region.coordinator)

    # The notice's range of serial numbers says nothing of a device that has none.
    assert [one.device_id for one in found.undecided] == [other.pk]
    shown = client.get(reverse("safety_notice", args=[case.number])).content.decode()
    assert "Kallas annat (Volumed AB)</textarea>" in shown


def test_a_moved_device_is_late_at_its_new_unit(pumps):
    region = pumps.region
    pumps.affected.holding_unit = region.private
    pumps.affected.save(update_fields=["holding_unit"])

    assert arrivals.sweep() == 1
    assert LateArrival.objects.get().unit == region.private


def test_an_extract_holds_what_the_list_shows(pumps, case):
    region = pumps.region
    answer = signed_in(region.coordinator).get(reverse("notices_extract", args=["csv"]))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert case.number in text
    assert "FSN-2026-001" in text


def test_what_was_chosen_from_a_list_and_days_are_read_in_swedish(pumps):
    case = promoted(
        pumps.region,
        fields={"3.1": "identify, quarantine", "3.4_by": "2026-12-20", "4.1": "update"},
    )
    by = case.transitions.get(step="file").by

    page = signed_in(by).get(case.get_absolute_url()).content.decode().replace("\u00a0", " ")

    assert "Identifiera utrustningen, sätt i karantän" in page
    assert "20 dec. 2026" in page
    assert "3.4 Svar senast" in page
    assert "fält väntar" in page
    assert "Läs fälten som text" in page


def test_the_recipients_stand_among_the_notices_other_parts(pumps, case):
    client = signed_in(pumps.region.coordinator)

    parts = client.get(reverse("safety_notice", args=[case.number])).context["head"].tabs
    tabs = client.get(reverse("notice_recipients", args=[case.number])).context["tabs"]

    assert [(one.label, one.url) for one in tabs] == [(one.label, one.url) for one in parts]
    assert [one.label for one in tabs if one.current] == ["Utskick och svar"]


def test_a_search_among_the_recipients_keeps_the_view_it_was_made_in(pumps, case):
    client = signed_in(pumps.region.coordinator)

    page = client.get(reverse("notice_recipients", args=[case.number]), {"group": "late"})

    assert '<input type="hidden" name="group" value="late">' in page.content.decode()
