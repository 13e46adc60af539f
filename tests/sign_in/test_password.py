"""Signing in with a password, being refused, and choosing a new one."""

import re

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from patientsakerhet.notifications import mails
from patientsakerhet.notifications.models import Message
from tests.sign_in.conftest import PASSWORD, sign_in, told, traces

WRONG = "E-postadressen och lösenordet hör inte ihop."


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def test_the_right_password_lets_her_in_and_leaves_a_trace(client, anna):
    answer = sign_in(client, email="Anna@Exempel.se")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session[SESSION_KEY] == str(anna.pk)
    assert traces() == [("change", "sign_in.done")]


def test_she_comes_to_the_page_she_was_going_to(client, anna):
    answer = sign_in(client, next="/avvikelser/AV-2026-00001/")

    assert answer["Location"] == "/avvikelser/AV-2026-00001/"


def test_nobody_is_led_to_another_site(client, anna):
    answer = sign_in(client, next="https://elak.example/")

    assert answer["Location"] == "/"


@pytest.mark.parametrize("email", ["anna@exempel.se", "ingen@exempel.se"])
def test_a_wrong_password_and_an_unknown_address_look_alike(client, anna, email):
    answer = sign_in(client, "fel lösenord", email)

    assert answer.status_code == 200
    assert WRONG in answer.content.decode()
    assert not is_in(client)
    assert traces() == [("denied", "sign_in.refused")]
    assert told()[0].payload.body == {
        "email": email,
        "address": "127.0.0.1",
        "reason": "password",
    }


def test_whoever_has_left_does_not_come_in(client, anna):
    anna.is_active = False
    anna.save()

    sign_in(client)

    assert not is_in(client)


def test_the_sixth_wrong_try_is_stopped_even_with_the_right_password(client, anna):
    for _ in range(5):
        sign_in(client, "fel lösenord")

    answer = sign_in(client)

    assert "för många försök" in answer.content.decode()
    assert not is_in(client)
    assert told()[-1].payload.body["reason"] == "throttled"


def test_attempts_are_counted_in_the_database(client, anna):
    sign_in(client, "fel lösenord")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE %s", ["%login_failed%"])
        assert cursor.fetchone()[0] == 2  # by address and by account


def test_signing_out_takes_a_post_and_leaves_a_trace(signed_in):
    assert signed_in.get("/konto/logga-ut/").status_code == 200
    assert is_in(signed_in)

    answer = signed_in.post("/konto/logga-ut/")

    assert answer["Location"] == "/konto/logga-in/"
    assert not is_in(signed_in)
    assert traces()[-1] == ("change", "sign_in.ended")


def test_nobody_makes_an_account_by_herself(client):
    for name in ("account_signup", "socialaccount_signup", "account_email"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_the_form_needs_its_token(anna):
    strict = Client(enforce_csrf_checks=True)

    answer = sign_in(strict)

    assert answer.status_code == 403
    assert "Sidan hade blivit för gammal" in answer.content.decode()


def ask_for_link(client, email="anna@exempel.se"):
    return client.post("/konto/losenord/glomt/", {"email": email}, follow=True)


def link_in_mail() -> str:
    body = mails.compose(Message.objects.get()).body
    return re.search(rf"{re.escape(settings.BASE_URL)}(\S+)", body)[1]


def choose(client, link: str, password: str = "fyra nya ord i rad"):
    page = client.get(link, follow=True)
    return client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})


def test_a_forgotten_password_is_replaced_by_a_link_that_holds_once(client, anna):
    assert "Titta i din e-post" in ask_for_link(client).content.decode()
    link = link_in_mail()

    assert choose(client, link).status_code == 302

    assert not is_in(client)
    anna.refresh_from_db()
    assert anna.check_password("fyra nya ord i rad")
    assert "Länken gäller inte längre" in client.get(link, follow=True).content.decode()
    assert ("change", "sign_in.password_reset") in traces()


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, anna):
    known = ask_for_link(client).content.decode()
    unknown = ask_for_link(client, "ingen@exempel.se").content.decode()

    assert known == unknown
    assert Message.objects.count() == 1


def test_the_link_is_stored_nowhere(client, anna):
    ask_for_link(client)
    message = Message.objects.get()

    assert message.context == {}
    assert link_in_mail().startswith("/konto/losenord/nytt/")


def test_a_short_or_common_password_is_refused_in_swedish(client, anna):
    ask_for_link(client)

    answer = choose(client, link_in_mail(), "lösen")

    assert "minst 12 tecken" in answer.content.decode()


def test_a_new_password_ends_her_other_sessions(anna, signed_in, client):
    sign_in(client)

    signed_in.post(
        "/konto/losenord/",
        {
            "oldpassword": PASSWORD,
            "password1": "fyra nya ord i rad",
            "password2": "fyra nya ord i rad",
        },
    )

    assert signed_in.get("/konto/").status_code == 200
    assert client.get("/konto/").status_code == 302
    assert ("change", "sign_in.password_changed") in traces()
