"""The checklist, the criteria and the levels' words: changed from a day, kept where something has begun."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.information_security.actions import terms
from patientsakerhet.information_security.actions.terms import CHECKLIST, CRITERIA, LEVELS
from patientsakerhet.information_security.models import (
    ConsequenceLevel,
    InputItem,
    ScreeningCriterion,
)
from patientsakerhet.lib.refusal import NotAllowed, Stale
from patientsakerhet.organisation.models import Role
from tests.factories import person_as
from tests.information_security.making import World
from tests.information_security.test_pages import statements, text_of
from tests.information_security.test_workflow import refused
from tests.refusing import refused as database_refuses
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

ITEM = {
    "label": "Nätverksritning", "help": "Med brandväggar.", "position": 3, "is_required": True,
    "basis": "Lokalt krav.", "standing": "local",
}  # fmt: skip


@pytest.fixture
def world():
    return World()


@pytest.fixture
def administrator(world):
    return person_as(Role.ADMINISTRATOR, world.region.root)


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def sent(row, terms_list, **changes):
    """The form as the page shows it, with these changes."""
    stands = {name: getattr(row, name) for name in terms_list.facts}
    told = {**stands, "since": today(), "seen": terms.mark_of(terms_list, row), **changes}
    return {key: value for key, value in told.items() if value is not False}


def test_a_changed_item_is_asked_for_from_its_day_and_begun_work_keeps_its_own(world):
    before = world.ordered()
    row = InputItem.objects.get(code="continuity")
    given = {name: getattr(row, name) for name in CHECKLIST.facts}

    terms.put(CHECKLIST, "continuity", by=world.lead, **{**given, "label": "Övad reservrutin"})
    after = world.ordered(system=world.another_system())

    kept, asked = (
        one.information_classification.inputs.get(item__code="continuity")
        for one in (before, after)
    )
    assert (str(kept.item), str(asked.item)) == ("Reservrutin vid avbrott", "Övad reservrutin")
    row.refresh_from_db()
    assert row.valid_to == today(-1)
    assert Event.objects.filter(action="security_term.set", actor_id=world.lead.pk).count() == 1


def test_an_added_item_and_an_ended_one(world, administrator):
    terms.put(CHECKLIST, "natverk", by=administrator, since=today(), **ITEM)
    terms.end(CHECKLIST, "incidents", by=administrator, last_day=today())
    ended = InputItem.objects.get(code="incidents")

    case = world.ordered()

    asked = {one.item.code for one in case.information_classification.inputs.all()}
    assert "natverk" in asked
    assert (ended.valid_to, "incidents" in asked) == (today(), True)
    assert refused(terms.end, CHECKLIST, "incidents", by=administrator, last_day=today()) == [
        "Underlaget är redan avslutat."
    ]


def test_what_is_refused(world, administrator):
    assert refused(terms.put, CHECKLIST, "x", by=administrator, **{**ITEM, "basis": " "}) == [
        "Skriv vilken grund texten har: lagen, vägledningen eller det lokala beslutet."
    ]
    level = {"label": "Värst", "text": "Aldrig.", "basis": "Ingen.", "standing": "local"}
    assert refused(terms.put, LEVELS, 5, by=administrator, **level) == ["Nivåerna är 0 till 4."]
    assert refused(terms.end, LEVELS, 4, by=administrator, last_day=today()) == [
        "En nivå kan inte tas bort."
    ]
    with pytest.raises(NotAllowed):
        terms.put(CHECKLIST, "x", by=world.owner, **ITEM)
    row = InputItem.objects.get(code="continuity")
    with pytest.raises(Stale):
        terms.put(CHECKLIST, "continuity", by=administrator, seen="som den inte är", **ITEM)
    assert not InputItem.objects.filter(label=ITEM["label"]).exists()
    terms.put(CHECKLIST, "continuity", by=administrator, since=today(9), **ITEM)
    assert refused(
        terms.put,
        CHECKLIST,
        "continuity",
        by=administrator,
        since=today(3),
        **{**ITEM, "position": 4},
    ) == [f"Underlaget gäller redan från {today(9)}. Välj en senare dag."]
    row.refresh_from_db()
    assert row.valid_to == today(8)


@pytest.mark.parametrize(
    ("model", "values", "name"),
    [
        (InputItem, {"code": "continuity"}, "input_item_one_open"),
        (ScreeningCriterion, {"code": "sensitive"}, "screening_criterion_one_open"),
        (ConsequenceLevel, {"number": 3, "text": "X"}, "consequence_level_one_open"),
    ],
)
def test_two_rows_are_never_open_at_once(model, values, name):
    with database_refuses(name):
        model.objects.create(label="X", basis="X", standing="local", valid_from=today(), **values)


def test_a_level_ends_after_it_begins():
    with database_refuses("consequence_level_ends_after_it_begins"):
        ConsequenceLevel.objects.filter(number=3).update(valid_from=today(), valid_to=today(-1))


def test_a_level_is_shown_in_the_words_of_the_day_it_was_chosen(world, administrator):
    case = world.decided()
    client = signed_in(world.lead)
    row = ConsequenceLevel.objects.get(number=3)

    changed = {name: getattr(row, name) for name in LEVELS.facts} | {"label": "Mycket allvarlig"}
    terms.put(LEVELS, 3, by=administrator, since=today(1), **changed)

    text = text_of(client.get(case.get_absolute_url()))
    assert "Allvarlig" in text
    assert "Mycket allvarlig" not in text


# --- the pages ----------------------------------------------------------------------------------


def test_a_row_is_changed_on_its_page_and_a_fault_keeps_what_was_written(administrator):
    client = signed_in(administrator)
    row = ScreeningCriterion.objects.get(code="sensitive")
    url = reverse("security_term", args=["kriterier", "sensitive"])
    assert row.label in text_of(client.get(url))

    bad = client.post(url, sent(row, CRITERIA, label="Hälsa och gener", basis=""))
    assert bad.status_code == 422
    assert "Hälsa och gener" in text_of(bad)
    stale = client.post(url, sent(row, CRITERIA, label="Hälsa och gener", seen="nej"))
    assert stale.status_code == 409
    done = client.post(url, sent(row, CRITERIA, label="Hälsa och gener"), follow=True)

    assert done.status_code == 200
    assert ScreeningCriterion.objects.current().get(code="sensitive").label == "Hälsa och gener"
    assert "Så har det sett ut" in text_of(done)
    same = client.post(
        url, sent(ScreeningCriterion.objects.get(label="Hälsa och gener"), CRITERIA), follow=True
    )
    assert "Inget är ändrat." in text_of(same)


def test_a_row_is_added_and_ended_on_the_pages(world):
    client = signed_in(world.lead)
    new = reverse("security_term_new", args=["underlag"])

    made = client.post(new, {**ITEM, "code": "natverk", "since": today()})
    again = client.post(new, {**ITEM, "code": "natverk", "since": today()})
    ended = client.post(
        reverse("security_term_end", args=["underlag", "natverk"]), {"slut-last_day": today(5)}
    )

    assert made.status_code == 302, text_of(made)
    assert again.status_code == 409
    assert "Koden finns redan." in text_of(again)
    assert ended.status_code == 302
    assert InputItem.objects.get(code="natverk").valid_to == today(5)


def test_levels_are_neither_added_nor_ended(administrator):
    client = signed_in(administrator)

    assert client.get(reverse("security_term_new", args=["nivaer"])).status_code == 404
    end = reverse("security_term_end", args=["nivaer", "3"])
    assert client.post(end, {"slut-last_day": today()}).status_code == 404
    for unknown in (["nivaer", "fem"], ["nivaer", "9"], ["annat", "3"]):
        assert client.get(reverse("security_term", args=unknown)).status_code == 404
    page = client.get(reverse("security_term", args=["nivaer", "3"]))
    assert "När den väljs" in text_of(page)
    assert "Kod" not in [field.label for field in page.context["form"]]


@pytest.mark.parametrize("name", terms.LISTS)
def test_a_list_is_narrowed_taken_out_and_asks_as_much_however_long(name, administrator):
    client = signed_in(administrator)
    listed = terms.LISTS[name]
    row = listed.model.objects.first()

    def shown(**asked):
        return text_of(client.get(reverse(listed.page), asked))

    assert row.label in shown(q=row.label[:6])
    before = statements(client, listed.page)
    assert row.label not in shown(q="finns inte")
    key = getattr(row, listed.key)
    given = {fact: getattr(row, fact) for fact in listed.facts} | {"label": "Nya ord"}
    terms.put(listed, key, by=administrator, since=today(), **given)
    assert row.label not in shown()
    assert row.label in shown(standing="alla")
    assert statements(client, listed.page) == before
    answer = client.get(reverse("export_file", args=[listed.page, "csv"]))
    assert "Nya ord" in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_file_is_refused_whoever_may_not_change_the_list(world):
    answer = signed_in(world.owner).get(
        reverse("export_file", args=["security_terms_underlag", "csv"])
    )

    assert answer.status_code == 403
