"""What every request passes: closed answers, and sessions that grow old."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from patientsakerhet.organisation.models import Person

POLICY = [
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
]


@pytest.fixture
def anna(db):
    return Person.objects.create_user(email="anna@example.org", name="Anna Ek")


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("path", ["/konto/logga-in/", "/halsa", "/finns-inte/"])
def test_every_answer_is_closed_to_other_sites(client, db, path):
    headers = client.get(path).headers

    assert sorted(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(client, anna):
    client.force_login(anna)

    assert "no-store" in client.get("/finns-inte/").headers["Cache-Control"]


def test_an_idle_person_is_signed_out(client, anna):
    now = timezone.now()
    client.force_login(anna)
    with time_machine.travel(now, tick=False):
        client.get("/finns-inte/")
    with time_machine.travel(now + timedelta(minutes=29), tick=False):
        client.get("/finns-inte/")
        assert is_signed_in(client)
    with time_machine.travel(now + timedelta(minutes=29 + 31), tick=False):
        client.get("/finns-inte/")
        assert not is_signed_in(client)


def test_a_busy_person_is_signed_out_when_the_day_is_over(client, anna):
    now = timezone.now()
    client.force_login(anna)
    for minutes in range(0, 12 * 60, 20):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            client.get("/finns-inte/")
            assert is_signed_in(client), minutes
    with time_machine.travel(now + timedelta(hours=12, minutes=1), tick=False):
        client.get("/finns-inte/")
        assert not is_signed_in(client)


def test_reading_twice_in_a_minute_writes_the_session_once(client, anna, django_assert_num_queries):
    now = timezone.now()
    client.force_login(anna)
    with time_machine.travel(now, tick=False):
        client.get("/finns-inte/")
        before = client.session["seen_at"]
    with time_machine.travel(now + timedelta(seconds=59), tick=False):
        client.get("/finns-inte/")
        assert client.session["seen_at"] == before
    with time_machine.travel(now + timedelta(seconds=61), tick=False):
        client.get("/finns-inte/")
        assert client.session["seen_at"] == before + 61


def test_sessions_are_rows_in_the_database():
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
