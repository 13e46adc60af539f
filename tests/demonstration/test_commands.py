"""The demonstration's commands, from an empty database."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from patientsakerhet.cases.models import Case
from patientsakerhet.lib.calendar import SWEDEN
from patientsakerhet.organisation.models import Person
from patientsakerhet.sign_in.demonstration import guests

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_before_the_region_is_loaded_nobody_can_be_chosen():
    printed = io.StringIO()
    call_command("demonstration_people", stdout=printed)

    assert guests() == []
    assert printed.getvalue().strip() == "Demonstrationsregionen är inte inläst."


@override_settings(DEMO=True, DEBUG=False)
def test_the_command_tells_how_it_goes(commit):
    printed = io.StringIO()
    call_command("load_demonstration", "--cases", "40", "--today", "2026-05-04", stdout=printed)
    commit()

    assert "Region Exempel är inläst" in printed.getvalue()
    latest = Case.objects.latest("filed_at").filed_at
    assert datetime(2026, 5, 4, 9, tzinfo=SWEDEN) - latest < timedelta(days=90)


@override_settings(DEMO=False, DEBUG=False)
def test_the_command_refuses_outside_a_demonstration():
    with pytest.raises(CommandError, match="DEMO eller DEBUG"):
        call_command("load_demonstration")

    assert not Person.objects.exists()
