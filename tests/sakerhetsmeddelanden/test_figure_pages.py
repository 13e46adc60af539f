"""The figures of notices on their page, on the notice's own, in the file and in the API."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden import figure_words as words
from sakerhetsmeddelanden import figures
from sakerhetsmeddelanden.actions import counting, recipients
from sakerhetsmeddelanden.figures import Missed, Sent
from sakerhetsmeddelanden.models import ConsideredUnit, LateArrival, NoticeTally, Recipient
from tests.factories import Region, make_device, make_unit, person_as
from tests.sakerhetsmeddelanden import making
from tests.sakerhetsmeddelanden.test_figures import WORKED, _made, worked  # noqa: F401  fixtures
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FIGURES = 12


def sent_to(region, *states, at=None):
    """A notice sent to so many units, each as far as the state says."""
    case = making.entered(region)
    for state in states:
        unit = make_unit(parent=region.hospital)
        row = making.walked(
            making.chosen(case, unit, by=region.coordinator), state, by=region.physician
        )
        recipients.write(row, sent_at=at or timezone.now() - DAY)
    return case


def text(answer):
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_the_worked_example_stands_on_the_page_as_it_is_computed(worked):  # noqa: F811  the fixture
    counting.sweep()
    reader = person_as(Role.CHIEF_PHYSICIAN, worked.case.owning_unit)

    page = text(signed_in(reader).get(reverse("notice_figures")))

    assert WORKED["expected"]["precision"] == 5 / 7
    assert "5 av 7 mottagare var berörda och 2 fick det i onödan." in page
    assert "83 % av de enheter som är kända som berörda fick veta." in page
    assert "1 berörd enhet av 6 fick aldrig meddelandet." in page
    assert "10 av 11 berörda utrustningar finns hos enheter som nåddes." in page
    assert "57 % i tid. Av de berörda svarade 67 % i tid." in page
    assert "Hälften hade svarat inom 3,5 dygn" in page


def test_what_is_kept_is_what_is_computed(worked):  # noqa: F811  the fixture
    counting.sweep()

    tally = NoticeTally.objects.get(pk=worked.pk)

    assert words.reached_of(tally) == figures.of_notice(worked)
    assert tally.median_days == pytest.approx(3.5)


def test_the_page_asks_as_much_for_many_notices_as_for_few(django_assert_num_queries):
    region = Region()
    client = signed_in(region.physician)
    client.get("/")

    for units, notices in ((1, 1), (3, 2)):
        for _ in range(notices):
            sent_to(region, *["not_affected"] * units)
        counting.sweep()
        with django_assert_num_queries(FIGURES):
            answer = client.get(reverse("notice_figures"))
        assert answer.status_code == 200


def test_only_notices_one_may_read_are_counted_in():
    case, other = (sent_to(region, "not_affected") for region in (Region(), Region()))
    counting.sweep()
    reader = person_as(Role.COORDINATOR, case.owning_unit)

    page = text(signed_in(reader).get(reverse("notice_figures")))
    listed = signed_in(reader).get("/api/v1/notice-figures/").json()["results"]

    assert NoticeTally.objects.filter(pk__in=[case.pk, other.pk]).count() == 2
    assert "1 meddelande i urvalet" in page
    assert len(listed) == 1


def test_a_unit_that_only_got_it_sees_no_figures():
    region = Region()
    sent_to(region, "not_affected")
    counting.sweep()
    reporter = person_as(Role.REPORTER, region.ward)

    page = text(signed_in(reporter).get(reverse("notice_figures")))

    assert "Inga siffror än" in page


def test_without_anybody_affected_the_coverage_is_not_made_up():
    region = Region()
    sent_to(region, "not_affected", "not_affected")
    counting.sweep()

    page = text(signed_in(region.physician).get(reverse("notice_figures")))

    assert "Kan inte räknas: ingen enhet är känd som berörd." in page
    assert "100 %" not in page.partition("Svarat</h3>")[0].rpartition("Täckning</h3>")[2]


def test_the_year_is_chosen_and_the_others_stand_beside():
    region = Region()
    old = timezone.now() - timedelta(days=800)
    sent_to(region, "action_done", at=old)
    sent_to(region, "not_affected")
    counting.sweep()
    client = signed_in(region.physician)
    year = timezone.localtime(old).year

    latest = text(client.get(reverse("notice_figures")))
    earlier = text(client.get(reverse("notice_figures"), {"year": year}))

    assert f"?year={year}" in latest
    assert "0 av 1 mottagare var berörda" in latest
    assert "1 av 1 mottagare var berörda" in earlier


def test_the_list_is_narrowed_by_how_it_went():
    region = Region()
    missing = sent_to(region, "action_done")
    ConsideredUnit.objects.create(
        notice=missing.safety_notice, unit=region.sibling, why="taken_out",
        reason="Trodde att den var skrotad.", device_count=2,
    )  # fmt: skip
    sent_to(region, "action_done", "handed_over")
    sent_to(region, "not_affected")
    counting.sweep()

    client, found = signed_in(region.physician), {}
    for group in ("missed", "needless", "silent", "nobody"):
        page = client.get(reverse("notice_figures"), {"group": group})
        found[group] = len(page.context["rows"])

    assert found == {"missed": 1, "needless": 1, "silent": 1, "nobody": 1}


def test_a_wrong_year_is_said_in_words():
    region = Region()

    answer = signed_in(region.physician).get(reverse("notice_figures"), {"year": "abc"})

    assert answer.status_code == 422
    assert "Skickat år" in text(answer)


def test_the_traces_of_what_the_register_did_not_know_are_counted():
    region = Region()
    case = sent_to(region, "action_done", "not_affected")
    LateArrival.objects.create(
        notice=case.safety_notice, device=make_device(unit=region.ward), unit=region.ward,
        reason="Samma modell.", found_at=timezone.now(),
    )  # fmt: skip
    counting.sweep()
    tally = NoticeTally.objects.get(pk=case.pk)

    assert (tally.by_hand, tally.by_hand_affected, tally.late_devices) == (2, 1, 1)
    told = [one.replace("\u00a0", " ") for one in words.traces(tally)]
    assert told[1] == "1 enhet var berörda utan att registret visste det."
    assert told[2].startswith("2 enheter lades till för hand, och en av dem")
    assert told[3] == "1 utrustning kom till en enhet efter utskicket."


def test_an_open_notice_is_counted_again_and_a_closed_one_is_not(worked):  # noqa: F811  the fixture
    assert counting.sweep() == 1
    row = Recipient.objects.filter(notice=worked).first()
    recipients.write(row, due_at=row.sent_at)

    assert counting.sweep() == 1
    assert NoticeTally.objects.get().in_time == figures.of_notice(worked).in_time


def test_the_notices_own_page_tells_its_figures(worked):  # noqa: F811  the fixture
    counting.sweep()
    reader = person_as(Role.CHIEF_PHYSICIAN, worked.case.owning_unit)
    address = reverse("notice_recipients", args=[worked.case.number])

    page = text(signed_in(reader).get(address))

    assert "5 av 7 mottagare var berörda" in page
    assert "Hälften av enheterna hade svarat inom: 3,5 dygn." in page


def test_the_file_holds_a_row_for_each_notice_with_its_shares(worked):  # noqa: F811  the fixture
    counting.sweep()
    reader = person_as(Role.COORDINATOR, worked.case.owning_unit)

    answer = signed_in(reader).get(reverse("notice_figures_extract", args=["csv"]))

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    (row,) = csv.DictReader(io.StringIO("\n".join(lines[1:])), delimiter=";")
    assert row["Nummer"] == worked.case.number
    assert row["Träffsäkerhet lägst %"] == row["Träffsäkerhet högst %"] == "71,4"
    assert row["Täckning %"] == "83,3"
    assert row["Täckning i utrustningar %"] == "90,9"
    assert row["Hälften svarade inom dygn"] == "3,5"


def test_the_api_gives_counts_and_shares(worked):  # noqa: F811  the fixture
    counting.sweep()
    reader = person_as(Role.COORDINATOR, worked.case.owning_unit)

    (row,) = signed_in(reader).get("/api/v1/notice-figures/?group=missed").json()["results"]

    expected = WORKED["expected"]
    assert row["number"] == worked.case.number
    assert row["shares"]["recall"] == expected["recall"]
    assert row["shares"]["precision_low"] == expected["precision"]
    assert row["shares"]["device_recall"] == expected["device_recall"]
    assert row["missed"] == 1


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (None, "–"), (0, "0 %"), (1, "100 %"), (0.999, "över 99 %"), (0.001, "under 1 %"),
        (0.955, "96 %"), (0.5, "50 %"),
    ],
)  # fmt: skip
def test_only_all_is_a_hundred_per_cent(share, shown):
    assert words.percent(share).replace("\u00a0", " ") == shown


def test_silence_is_a_span():
    silent = Sent(1, "", 1, 1, None, DAY)
    reached = figures.of_one([Sent(2, "affected", 1, 1, DAY), silent], [Missed(3, 1)])

    assert words.span(reached.precision).replace("\u00a0", " ") == "50–100 %"
    assert "därför ett spann" in words.measures(reached)[0].answer


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("notice_tally_within_those_it_was_sent_to", {"affected": 9}),
        ("notice_tally_parts_within_their_whole", {"denied": 9}),
    ],
)
def test_the_database_refuses_counts_that_do_not_add_up(name, wrong, worked):  # noqa: F811  the fixture
    counting.sweep()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        NoticeTally.objects.update(**wrong)
