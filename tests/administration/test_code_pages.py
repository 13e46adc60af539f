"""Code trees on pages: found, added, renamed, moved, ended from a day; what is coded keeps its code."""

from datetime import timedelta

import pytest
from django.utils import timezone

from patientsakerhet.administration import code_use
from patientsakerhet.administration.actions import codes
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Code, CodeSystem
from patientsakerhet.lib.refusal import NotReady
from tests.factories import code, in_status, person_as
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
LIST = "/installningar/kodverk/"


@pytest.fixture
def client(admin):
    return signed_in(admin)


@pytest.fixture
def tree(db):
    return CodeSystem.objects.get(key="event_class")


def day(ahead=0):
    return timezone.localdate() + timedelta(days=ahead)


def labels(page):
    return [one.label for one in page.context["found"].rows]


def test_every_tree_is_listed_with_who_looks_after_it(client):
    page = client.get(LIST).content.decode()

    for system in CodeSystem.objects.all():
        assert f"{LIST}{system.key}/" in page
    assert "utgivaren" in page


def test_a_tree_is_walked_level_by_level_and_searched_through(client, tree):
    top = labels(client.get(f"{LIST}{tree.key}/"))
    assert "IT och telefoni" in top
    assert "Telefoni" not in top
    below = client.get(f"{LIST}{tree.key}/?under={code('event_class', 'it').pk}")
    assert "Telefoni" in labels(below)
    assert "IT och telefoni" not in labels(below)
    assert labels(client.get(f"{LIST}{tree.key}/?q=telefoni")) == ["IT och telefoni", "Telefoni"]
    other = code("cause_area", "technology_equipment")
    assert client.get(f"{LIST}{tree.key}/?under={other.pk}").status_code == 404


def test_a_code_is_added_under_another(client, tree):
    it = code("event_class", "it")
    answer = client.post(
        f"{LIST}{tree.key}/ny/?under={it.pk}",
        {"code": "it.cloud", "label": "Molntjänst", "parent": it.pk, "since": day(3).isoformat()},
    )

    made = Code.objects.get(code="it.cloud")
    assert answer.headers["Location"] == f"{LIST}kod/{made.pk}/"
    assert (made.label, made.parent, made.valid_from) == ("Molntjänst", it, day(3))
    assert made not in Code.objects.current()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"code": "två ord"}, 422),
        ({"label": ""}, 422),
        ({"since": "x"}, 422),
        ({"code": "it"}, 409),
    ],
)
def test_a_bad_code_is_refused_and_kept_in_the_form(change, status, client, tree):
    given = {"code": "new", "label": "Ny kod", "since": day().isoformat(), **change}
    answer = client.post(f"{LIST}{tree.key}/ny/", given)

    assert answer.status_code == status
    for name, value in given.items():
        assert answer.context["form"][name].value() == value
    assert not Code.objects.filter(label="Ny kod").exists()


def test_a_case_keeps_the_name_it_was_coded_with(client, region):
    case = in_status("in_investigation", region)
    row = case.deviation.kind
    answer = client.post(
        f"{LIST}kod/{row.pk}/benamning/",
        {
            "rename-label": "Apparat eller hjälpmedel",
            "rename-definition": "",
            "rename-since": day(1),
        },
        follow=True,
    )

    assert "Benämningen är ändrad" in answer.content.decode()
    case.deviation.refresh_from_db()
    assert case.deviation.kind.label == "Medicinteknisk produkt"
    new = Code.objects.get(label="Apparat eller hjälpmedel")
    page = client.get(f"{LIST}kod/{new.pk}/").content.decode()
    assert "Medicinteknisk produkt" in page
    assert "används 1 gånger" in page


def test_a_code_is_moved_in_the_tree_from_a_day(client, region):
    row, care = code("event_class", "it.telephony"), code("event_class", "care")
    client.post(
        f"{LIST}kod/{row.pk}/plats/",
        {"place-parent": care.pk, "place-since": day(2).isoformat()},
    )

    row.refresh_from_db()
    moved = Code.objects.get(code="it.telephony", valid_from=day(2))
    assert (row.parent.code, row.valid_to) == ("it", day(1))
    assert moved.parent == care


@pytest.mark.parametrize(
    ("parent", "said"),
    [
        ("it", "under sig själv"),
        ("it.telephony", "under sig själv"),
        ("elsewhere", "annat kodverk"),
        ("later", "gäller inte den dagen"),
    ],
)
def test_a_code_is_not_moved_where_it_cannot_stand(parent, said, admin, tree):
    rows = {
        "elsewhere": lambda: code("cause_area", "technology_equipment"),
        "later": lambda: codes.add_code(tree, by=admin, code="l", label="L", since=day(9)),
    }
    found = rows[parent]() if parent in rows else code("event_class", parent)

    with pytest.raises(NotReady, match=said):
        codes.place_code(code("event_class", "it"), by=admin, parent=found)
    assert code("event_class", "it").parent is None


def test_a_code_is_ended_and_can_be_chosen_until_then(client):
    row = code("event_class", "reorganisation")
    client.post(f"{LIST}kod/{row.pk}/avsluta/", {"end-last_day": day().isoformat()})

    row.refresh_from_db()
    assert row.valid_to == day()
    refused = client.post(
        f"{LIST}kod/{code('event_class', 'it').pk}/avsluta/", {"end-last_day": day().isoformat()}
    )
    assert refused.status_code == 409
    assert "Avsluta dem först" in refused.content.decode()


def test_neighbours_change_places(client, tree):
    before = labels(client.get(f"{LIST}{tree.key}/"))
    second = Code.objects.get(system=tree, label=before[1], valid_to=None)

    client.post(f"{LIST}kod/{second.pk}/ordning/", {"way": "up"})

    assert labels(client.get(f"{LIST}{tree.key}/"))[:2] == [before[1], before[0]]
    edge = client.post(f"{LIST}kod/{second.pk}/ordning/", {"way": "up"}, follow=True)
    assert "ytterst" in edge.content.decode()


def test_an_issuers_tree_is_shown_and_not_touched(client):
    row = Code.objects.filter(system__editable=False, valid_to=None).first()
    page = client.get(f"{LIST}kod/{row.pk}/").content.decode()
    assert f"{LIST}kod/{row.pk}/benamning/" not in page
    assert "Ny kod" not in client.get(f"{LIST}{row.system.key}/").content.decode()
    assert client.get(f"{LIST}{row.system.key}/ny/").status_code == 404

    given = {"rename-label": "Vår", "rename-definition": "", "rename-since": day(1).isoformat()}
    refused = client.post(f"{LIST}kod/{row.pk}/benamning/", given)

    assert refused.status_code == 409
    assert "följer en utgåva" in refused.content.decode()
    assert not Code.objects.filter(label="Vår").exists()


def test_use_is_counted_wherever_a_code_stands(region):
    in_status("in_action", region)
    in_status("in_action", region)
    kind, area = (
        code("deviation_kind", "medical_device"),
        code("cause_area", "technology_equipment"),
    )

    found = code_use.used([kind.pk, area.pk])

    assert {key: code_use.total(uses) for key, uses in found.items()} == {kind.pk: 2, area.pk: 2}
    assert code_use.used([]) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_a_tree_costs_the_same_with_one_code_and_three(
    count, admin, client, django_assert_num_queries
):
    system = CodeSystem.objects.create(key="prov", name="Prov", origin="Prov.")
    for number in range(count):
        codes.add_code(system, by=admin, code=f"p{number}", label=f"Prov {number}")
    client.get(f"{LIST}prov/")
    with django_assert_num_queries(10):
        assert len(client.get(f"{LIST}prov/").context["rows"]) == count


def test_a_tree_is_taken_out_as_a_file(client, tree):
    page = client.get(f"{LIST}{tree.key}/?q=telefoni")
    link = next(url for label, url in page.context["found"].links if label == "Hämta CSV")
    file = b"".join(client.get(link)).decode()

    assert "it.telephony" in file
    assert "technology_equipment" not in file
    assert client.get(link.replace("/csv/", "/xlsx/")).status_code == 200
    assert Event.objects.filter(action="export.made").count() == 2


@pytest.mark.parametrize("act", ["benamning", "plats", "avsluta", "ordning"])
def test_each_form_refuses_a_post_without_its_token(act, admin):
    strict = signed_in(admin, enforce_csrf_checks=True)
    row = code("event_class", "it")

    assert strict.post(f"{LIST}kod/{row.pk}/{act}/").status_code == 403
    assert strict.post(f"{LIST}event_class/ny/").status_code == 403


@pytest.mark.parametrize("role", ["coordinator", "chief_physician"])
def test_nobody_else_comes_in(role, region):
    client = signed_in(person_as(role, region.root))

    for path in ("", "event_class/", "event_class/ny/", f"kod/{code('event_class', 'it').pk}/"):
        assert client.get(LIST + path).status_code == 403
