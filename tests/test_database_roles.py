"""The product works as a role that owns nothing; docs/database-roles.sql makes it."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from patientsakerhet.audit import trail
from patientsakerhet.audit.models import Event, Seal
from patientsakerhet.organisation.models import Person

ROLES = Path(__file__).resolve().parent.parent / "docs/database-roles.sql"


@pytest.fixture
def as_the_product(db):
    """The rest of the test is done as varsam_app; the role is rolled back with it."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES.read_text())
        cursor.execute("SET LOCAL ROLE varsam_app")


def test_a_change_and_its_sealed_trail_can_be_written(as_the_product, commit):
    anna = Person.objects.create_user(email="anna@example.org", name="Anna Ek")
    event = trail.record("case.filed", by=anna, body={"words": "å"})
    commit()

    assert Seal.objects.get(event=event).seq == Seal.objects.count()
    assert Event.objects.with_body().get(pk=event.pk).payload.body == {"words": "å"}


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE audit_event",
        "TRUNCATE audit_event CASCADE",
        "CREATE TABLE own (id int)",
        "ALTER TABLE cases_case DROP CONSTRAINT cases_case_pkey CASCADE",
    ],
)
def test_the_guards_cannot_be_laid_aside(as_the_product, statement):
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
