"""The region's identity provider: a real one on loopback, as small as the protocol allows."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.contrib.auth import SESSION_KEY
from django.test import override_settings

from tests.factories import make_person
from tests.sign_in.conftest import traces

LOA3 = "http://id.sambi.se/loa/loa3"
SECRET = "en hemlighet som är minst trettiotvå tecken lång"


class Provider:
    """Says whatever `claims` holds about whoever asks."""

    def __init__(self):
        self.claims = {"sub": "abc", "employeeHsaId": "SE9999999999-E1A2", "acr": LOA3}
        provider = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.endswith("/.well-known/openid-configuration"):
                    self._say(
                        {
                            "issuer": provider.url,
                            "authorization_endpoint": f"{provider.url}/authorize",
                            "token_endpoint": f"{provider.url}/token",
                            "userinfo_endpoint": f"{provider.url}/userinfo",
                            "jwks_uri": f"{provider.url}/keys",
                        }
                    )
                else:
                    self._say(provider.claims)

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                now = int(time.time())
                token = {
                    **provider.claims,
                    "iss": provider.url,
                    "aud": "varsam",
                    "iat": now,
                    "exp": now + 60,
                }
                self._say(
                    {
                        "access_token": "nyckel",
                        "token_type": "Bearer",
                        "id_token": jwt.encode(token, SECRET, algorithm="HS256"),
                    }
                )

            def _say(self, body):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *said):
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def provider(db):
    provider = Provider()
    app = {
        "provider_id": "region",
        "name": "regionens inloggning",
        "client_id": "varsam",
        "secret": "hemligt",
        "settings": {
            "server_url": provider.url,
            "uid_field": "employeeHsaId",
            "auth_params": {"acr_values": LOA3},
        },
    }
    with override_settings(
        OIDC_ACR=[LOA3],
        SOCIALACCOUNT_PROVIDERS={"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}},
    ):
        yield provider
    provider.close()


def come_back(client, **more):
    """Asks to be sent to the provider, and comes back from it."""
    sent = client.post("/konto/region/region/", more)
    asked = parse_qs(urlsplit(sent["Location"]).query)
    answer = client.get("/konto/region/region/svar/", {"code": "kod", "state": asked["state"][0]})
    return answer, asked


def test_the_person_with_the_hsa_id_comes_in(provider, client, anna):
    answer, asked = come_back(client)

    assert answer.status_code == 302
    assert client.session[SESSION_KEY] == str(anna.pk)
    assert asked["acr_values"] == [LOA3]
    assert asked["code_challenge_method"] == ["S256"]
    assert traces() == [("change", "sign_in.done")]


def test_she_comes_in_the_second_time_too(provider, client, anna):
    come_back(client)
    client.post("/konto/logga-ut/")
    come_back(client)

    assert client.session[SESSION_KEY] == str(anna.pk)


@pytest.mark.parametrize("acr", ["http://id.sambi.se/loa/loa2", "", None])
def test_a_weak_sign_in_is_turned_away(provider, client, anna, acr):
    provider.claims["acr"] = acr
    answer, _ = come_back(client)

    assert answer.status_code == 403
    assert "e-legitimation eller kort" in answer.content.decode()
    assert SESSION_KEY not in client.session
    assert traces() == [("denied", "sign_in.refused")]


def test_an_unknown_hsa_id_makes_no_person(provider, client, anna):
    provider.claims["employeeHsaId"] = "SE9999999999-OKAND"
    answer, _ = come_back(client)

    assert answer.status_code == 403
    assert "SE9999999999-OKAND" in answer.content.decode()
    assert SESSION_KEY not in client.session


def test_whoever_has_left_is_turned_away(provider, client, anna):
    come_back(client)
    client.post("/konto/logga-ut/")
    anna.is_active = False
    anna.save()
    answer, _ = come_back(client)

    assert answer.status_code == 403
    assert SESSION_KEY not in client.session


def test_an_hsa_id_that_has_moved_signs_in_its_new_person(provider, client, anna):
    come_back(client)
    client.post("/konto/logga-ut/")
    hsa_id, anna.hsa_id = anna.hsa_id, None
    anna.save()
    berit = make_person("Berit", hsa_id=hsa_id)

    come_back(client)

    assert client.session[SESSION_KEY] == str(berit.pk)


def test_a_visit_by_link_asks_first(provider, client):
    answer = client.get("/konto/region/region/")

    assert answer.status_code == 200
    assert "Logga in med regionens inloggning?" in answer.content.decode()


def test_an_answer_without_our_question_is_refused(provider, client, anna):
    answer = client.get("/konto/region/region/svar/", {"code": "kod", "state": "påhittad"})

    assert "Inloggningen gick inte" in answer.content.decode()
    assert SESSION_KEY not in client.session


def test_there_is_no_button_without_a_provider(client, db):
    assert "regionens inloggning" not in client.get("/konto/logga-in/").content.decode()


def test_there_is_a_button_with_one(provider, client):
    assert "Logga in med regionens inloggning" in client.get("/konto/logga-in/").content.decode()
