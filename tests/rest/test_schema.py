"""The API's description as it is served: what the documents hold, in the form that is asked for."""

import json

import pytest
import yaml
from django.conf import settings
from django.test import Client

from tests.factories import make_person
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/api/schema/"


@pytest.fixture
def client():
    client = signed_in(make_person())
    return client


def test_it_is_the_description_that_stands_in_the_documents(client):
    answer = client.get(ADDRESS)

    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi"
    assert answer.headers["Content-Disposition"] == 'inline; filename="Varsam.yaml"'
    assert answer.content == (settings.BASE_DIR / "docs" / "api.yml").read_bytes()


def test_whoever_asks_for_json_gets_the_same_as_json(client):
    written = yaml.load(client.get(ADDRESS).content, Loader=yaml.CSafeLoader)

    answer = client.get(ADDRESS, headers={"accept": "application/json"})

    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.content) == written


def test_it_is_the_same_whatever_the_address_says_and_whoever_asks(client):
    first = client.get(ADDRESS + "?version=9&lang=en").content

    other = signed_in(make_person())
    assert other.get(ADDRESS).content == first


def test_it_is_for_those_who_have_signed_in(client):
    client.get(ADDRESS)  # drawn up by now

    assert Client().get(ADDRESS).status_code in {401, 403}
