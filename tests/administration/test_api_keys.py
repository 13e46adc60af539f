"""Keys to the API: made and shown once, listed, narrow, taken back; by page and by command alike."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from patientsakerhet.access import tokens
from patientsakerhet.access.models import ApiToken
from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.refusal import NotReady
from tests.factories import person_as
from tests.rest.test_api import a_report, post
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
LIST = "/installningar/nycklar/"


@pytest.fixture
def client(admin):
    return signed_in(admin)


def asked(region, **more):
    return {
        "name": "Journalsystemet",
        "person": region.reporter.email,
        "scopes": ["reports:write"],
        "unit": "",
        "until": (timezone.localdate() + timedelta(days=30)).isoformat(),
        **more,
    }


def made(region, admin, **more):
    told = {"name": "Journalen", "scopes": ["reports:write"], "days": 30, **more}
    token, secret = tokens.give_out(region.reporter, by=admin, **told)
    token.refresh_from_db()
    return token, api_of(secret)


def api_of(secret):
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return api


def test_a_key_is_made_on_the_page_shown_once_and_works(region, client):
    answer = client.post(f"{LIST}ny/", asked(region, unit=region.ward.code))

    secret = answer.context["secret"]
    assert answer.status_code == 200
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    token = ApiToken.objects.get()
    assert (token.name, token.user, token.unit, token.scopes) == (
        "Journalsystemet",
        region.reporter,
        region.ward,
        ["reports:write"],
    )
    assert secret not in client.get(LIST).content.decode()
    assert secret not in client.get(f"{LIST}{token.ref}/").content.decode()
    assert secret not in str([event.payload.body for event in Event.objects.with_body()])
    assert post(api_of(secret), "reports/", a_report(region)).status_code == 201


def test_a_key_of_a_unit_files_from_there_and_below_only(region, admin):
    _, api = made(region, admin, unit=region.hospital)

    assert post(api, "reports/", a_report(region)).status_code == 201
    answer = post(api, "reports/", a_report(region, unit=region.devices.code))

    assert answer.status_code == 403
    assert answer.data["reasons"] == ["Nyckeln får bara lämna anmälningar från Sjukhuset."]
    assert Case.objects.count() == 1


def test_when_a_key_was_used_is_known_and_seldom_written(region, admin):
    token, api = made(region, admin, scopes=["reference:read"])
    assert token.last_used_at is None

    api.get("/api/v1/units/")
    token.refresh_from_db()
    first = token.last_used_at
    assert timezone.now() - first < timedelta(minutes=1)
    api.get("/api/v1/units/")
    token.refresh_from_db()
    assert token.last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=11))
    api.get("/api/v1/units/")
    token.refresh_from_db()
    assert token.last_used_at > first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"person": "ingen@exempel.se"}, "person"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"unit": "finns-inte"}, "unit"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "2035-01-01"}, "until"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written_is_lost(region, client, change, field):
    answer = client.post(f"{LIST}ny/", asked(region, **change))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if field != "name":
        assert "Journalsystemet" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_unit_without_filing_is_refused_in_words(region, client):
    answer = client.post(f"{LIST}ny/", asked(region, scopes=["cases:read"], unit=region.ward.code))

    assert answer.status_code == 409
    assert "En enhet begränsar bara anmälningar" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_key_is_taken_back_and_opens_nothing(region, admin, client):
    token, api = made(region, admin, scopes=["reference:read"])
    assert api.get("/api/v1/units/").status_code == 200

    answer = client.post(f"{LIST}{token.ref}/aterkalla/", follow=True)

    assert "är återkallad" in answer.content.decode()
    assert api.get("/api/v1/units/").status_code == 401
    assert Event.objects.filter(action="token.taken_back").count() == 1
    with pytest.raises(NotReady, match="redan återkallad"):
        tokens.take_back(token, by=admin)
    assert client.post(f"{LIST}{token.ref}/aterkalla/").status_code == 404


@pytest.mark.parametrize("path", ["ny/", "{}/aterkalla/"])
def test_each_form_refuses_a_post_without_its_token(region, admin, path):
    token, _ = made(region, admin)
    strict = signed_in(admin, enforce_csrf_checks=True)

    assert strict.post(LIST + path.format(token.ref), asked(region)).status_code == 403
    assert ApiToken.objects.count() == 1


def test_the_list_is_narrowed_and_taken_out_without_secrets(region, admin, client):
    made(region, admin)
    made(region, admin, name="Läsaren", scopes=["cases:read"])
    ended, _ = made(region, admin, name="Gammal")
    ApiToken.objects.filter(pk=ended.pk).update(expiry=timezone.now() - timedelta(days=1))

    def names(query):
        return [one.name for one in client.get(f"{LIST}?{query}").context["found"].rows]

    assert names("") == ["Läsaren", "Journalen"]
    assert names("q=läs") == ["Läsaren"]
    assert names("scope=cases:read") == ["Läsaren"]
    assert names("standing=ended") == ["Gammal"]
    assert len(names("standing=all")) == 3
    assert client.get(f"{LIST}?scope=allt").status_code == 422
    file = b"".join(client.get("/installningar/filer/ut/api_keys/csv/?standing=all")).decode()
    assert "Läsaren" in file
    for token in ApiToken.objects.all():
        assert token.digest not in file
        assert token.token_key not in file


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_key_and_three(
    count, region, admin, client, django_assert_num_queries
):
    for _ in range(count):
        made(region, admin, unit=region.ward)
    client.get(LIST)
    with django_assert_num_queries(7):
        assert len(client.get(LIST).context["rows"]) == count


def test_keys_are_listed_and_taken_back_from_the_command_line(region, admin, capsys):
    call_command(
        "give_api_key",
        region.reporter.email,
        by=admin.email,
        name="Integration",
        scope=["reports:write"],
        unit=region.ward.code,
    )
    secret = capsys.readouterr().out.strip()
    token = ApiToken.objects.get()
    assert token.unit == region.ward

    call_command("take_back_api_key")
    told = capsys.readouterr().out
    assert str(token.ref) in told
    assert secret not in told
    call_command("take_back_api_key", str(token.ref), by=admin.email)
    assert not ApiToken.objects.exists()
    with pytest.raises(CommandError, match="beteckningen"):
        call_command("take_back_api_key", str(token.ref), by=admin.email)
    with pytest.raises(CommandError, match="koden"):
        call_command(
            "give_api_key",
            region.reporter.email,
            by=admin.email,
            name="x",
            scope=["reports:write"],
            unit="finns-inte",
        )


@pytest.mark.parametrize("role", ["coordinator", "chief_physician", "reporter"])
def test_nobody_else_comes_in(role, region, admin):
    token, _ = made(region, admin)
    client = signed_in(person_as(role, region.root))

    for path in ("", "ny/", f"{token.ref}/"):
        assert client.get(LIST + path).status_code == 403
    assert client.post(f"{LIST}{token.ref}/aterkalla/").status_code == 403
    assert ApiToken.objects.count() == 1
