"""The pages of major incidents: from declaring to closing, the list, both ways between deviation and incident."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.access import policy
from patientsakerhet.access.models import Level
from patientsakerhet.cases.models import Case
from patientsakerhet.major_incidents.actions import gathering
from tests.factories import fresh, make_person
from tests.information_security.test_pages import text_of
from tests.made_once import made_once
from tests.major_incidents.making import World
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

PARTS = (
    "major_incident", "incident_deviations", "incident_lessons", "case_reports",
    "incident_history",
)  # fmt: skip


_made, world = made_once(World)


def when(name, at):
    local = timezone.localtime(at)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"}


def times(world, **more):
    given = {"started_at": 0, "noticed_at": 5, "declared_at": 20, **more}
    told = {}
    for name, minutes in given.items():
        told |= when(name, world.started + timedelta(minutes=minutes))
    return told


def test_an_incident_is_walked_on_its_pages(world):
    client, other = signed_in(world.leader), world.deviation()
    answer = client.post(
        reverse("major_incident_new"),
        {
            "title": "Växeln nere", "what_happened": "Ingen kan ringa in.",
            "systems": world.system.name, "units": world.region.ward.code,
            "unit": world.region.devices.code, **times(world),
        },
    )  # fmt: skip
    assert answer.status_code == 302, text_of(answer)
    case = Case.objects.get(kind="major_incident")
    assert answer["Location"] == case.get_absolute_url()

    def post(page, *args, prefix="", **given):
        told = {f"{prefix}{key}": value for key, value in given.items()}
        answer = client.post(
            reverse(page, args=[case.number, *args]),
            {f"{prefix}version": fresh(case).version, **told},
        )
        assert answer.status_code == 302, text_of(answer)

    post("incident_concern", prefix="berorda-", systems=world.system.name, units="")
    post("incident_ticket", prefix="extern-", kind="problem", system="Servicebordet", number="P-1")
    post("incident_ticket", prefix="extern-", kind="change", system="Servicebordet", number="C-1")
    post("incident_ticket_remove", case.tickets.get(number="C-1").pk)
    assert other.number in text_of(client.get(reverse("incident_deviations", args=[case.number])))
    post("incident_gather", prefix="samla-", number=other.number.lower())
    assert case.number in text_of(client.get(other.get_absolute_url()))
    post(
        "incident_describe", title="Växeln nere", what_happened="Ingen kunde ringa in.",
        severity="delayed", consequence="Hembesök bokades om.", **times(world, ended_at=120),
    )  # fmt: skip
    post("incident_step", "restore")
    post("incident_learn", prefix="lardom-", cause="En ändring.", lessons="Ett i taget.")
    day = timezone.localdate()
    post(
        "incident_measure_new", title="Ett i taget", strength="medium", owner=world.manager.email,
        owner_is_told="on", due_on=day, effect_sign="Inget stopp", effect_due_on=day,
    )  # fmt: skip
    page = text_of(client.get(case.get_absolute_url()))
    assert "1 åtgärd är öppen" in page
    assert "P-1" in page
    assert "C-1" not in page
    world.finish(case.measures.get())
    post("incident_release", other.pk)
    post("incident_step", "close")

    assert fresh(case).status == "closed"
    for name in PARTS:
        assert client.get(reverse(name, args=[case.number])).status_code == 200
    history = text_of(client.get(reverse("incident_history", args=[case.number])))
    assert "Avvikelse samlades under incidenten" in history
    assert "Samlades under en stor incident" in text_of(
        client.get(reverse("deviation_history", args=[other.number]))
    )
    assert case.number in text_of(client.get(reverse("register_system", args=[world.system.pk])))
    assert signed_in(make_person()).get(case.get_absolute_url()).status_code == 404


def test_what_was_written_stays_when_it_is_refused(world):
    client, case = signed_in(world.leader), world.declared()
    answer = client.post(
        reverse("incident_describe", args=[case.number]),
        {
            "version": case.version, "title": "Växeln nere", "what_happened": "Min långa text.",
            **times(world, noticed_at=-90),
        },
    )  # fmt: skip
    assert answer.status_code == 409
    assert "Incidenten kan inte ha upptäckts innan den började." in text_of(answer)
    assert "Min långa text." in text_of(answer)

    unknown = client.post(
        reverse("incident_gather", args=[case.number]),
        {"samla-version": case.version, "samla-number": "AV-1999-00001"},
    )
    assert unknown.status_code == 409
    assert "Avvikelsen finns inte." in text_of(unknown)
    stale = client.post(
        reverse("incident_learn", args=[case.number]),
        {"lardom-version": case.version - 1, "lardom-cause": "Min orsak"},
    )
    assert stale.status_code == 409
    assert "Min orsak" in text_of(stale)
    empty = client.post(reverse("major_incident_new"), {"title": "Halvt skriven"})
    assert empty.status_code == 422
    assert "Halvt skriven" in text_of(empty)


def test_a_step_with_a_reason_asks_for_it(world):
    client, case = signed_in(world.leader), world.declared()
    url = reverse("incident_step", args=[case.number, "withdraw"])
    assert client.get(url).status_code == 200
    assert client.post(url, {"version": case.version}).status_code == 422
    answer = client.post(url, {"version": case.version, "reason": "Fel."})
    assert (answer.status_code, fresh(case).status) == (302, "withdrawn")


def test_deviations_one_may_not_read_are_counted_and_not_shown(world):
    other = world.deviation()
    case = world.gathered(other)
    assert "read" not in policy.capabilities(world.manager, other)
    page = text_of(signed_in(world.manager).get(reverse("incident_deviations", args=[case.number])))
    assert "En samlad avvikelse till som du inte får läsa." in page
    assert other.number not in page


def asked(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_list_and_the_page_cost_the_same(world):
    client, case = signed_in(world.leader), world.declared()
    client.get(reverse("major_incidents"))
    for others, gathered in ((0, 1), (2, 2)):
        for _ in range(others):
            world.declared()
        for _ in range(gathered):
            gathering.gather(fresh(case), world.deviation(), by=world.leader)
            world.measure(case)

        assert asked(client, reverse("major_incidents")) == 11
        cost = [asked(client, reverse(name, args=[case.number])) for name in PARTS]
        assert cost == [19, 21, 19, 21, 21]


def test_the_list_is_narrowed_and_taken_out(world):
    client = signed_in(world.leader)
    going_on, ended = world.declared(title="Växeln nere"), world.closed()
    other = World(world.region).declared(title="Labbet står")
    policy.reach(other, Level.COORDINATION, unit=world.region.desk)

    def numbers(**asked):
        page = text_of(client.get(reverse("major_incidents"), asked))
        return {one.number for one in (going_on, ended, other) if one.number in page}

    assert numbers() == {going_on.number, ended.number, other.number}
    assert numbers(room="pagar") == {going_on.number, other.number}
    assert numbers(q="labbet") == {other.number}
    assert numbers(system=world.system.name) == {going_on.number, ended.number}
    assert numbers(severity="delayed") == {ended.number}
    assert numbers(unit=world.region.ward.code) == {going_on.number, ended.number, other.number}
    assert numbers(gathers="on") == set()
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert numbers(declared_from=tomorrow) == set()
    assert numbers(declared_to=tomorrow) == {going_on.number, ended.number, other.number}
    assert client.get(reverse("major_incidents"), {"declared_to": "x"}).status_code == 422

    answer = client.get(reverse("major_incidents_extract", args=["csv"]), {"room": "avslutade"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert ended.number in text
    assert going_on.number not in text
    assert world.system.name in text
    assert list(csv.reader(text.splitlines(), delimiter=";"))
