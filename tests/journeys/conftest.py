"""The invented region, loaded once for the journeys that only look at it, and a tab of somebody signed in."""

import os
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connection

from patientsakerhet.demonstration import history, loader
from tests.made_once import for_a_module

PICTURES = bool(os.environ.get("NEW_PICTURES"))
COUNT = history.CASES if PICTURES else 100
"""Deviations: enough for rows on every page; for pictures all that the demonstration has."""


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """Region Exempel with a small history; rolled back after the module."""
    with for_a_module(django_db_blocker):
        loader.load(
            seed=history.SEED, count=COUNT, now=datetime.now().astimezone(), say=lambda line: None
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            if PICTURES:  # nothing else tells the database how much there is before it is committed
                cursor.execute("ANALYZE")
        yield


@pytest.fixture
def signed_in(browser_tab, live_server, client):
    """A tab in which this person has signed in."""

    def open_for(person, **more):
        page = browser_tab(**more)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )
        return page

    return open_for
