"""What the region's reporting tools read: the same cases as the product, no text, no person."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Count, F

from patientsakerhet.cases.models import Case, Transition
from patientsakerhet.organisation.models import Person
from tests.factories import Region, decide_measure, in_status
from tests.sakerhetsmeddelanden.sending import sent_out
from tests.test_database_roles import ROLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bi-views.md"
NAMES = {
    *("code", "kind", "status", "number", "name", "label", "hsa_id", "key", "model_number"),
    *("fsn_ref", "fsca_ref", "source_system"),
}
"""Columns of text that name a thing; everything else in the views is a choice, a number or a time."""


def ask(sql, *given):
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


@pytest.fixture
def as_the_tools(db):
    """The rest of the test is done as the tools' role; it is rolled back with the test."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES.read_text())
        cursor.execute("SET LOCAL ROLE varsam_figures")


@pytest.fixture
def region(db):
    region = Region()
    for status in ("reported", "in_investigation", "closed", "merged"):
        in_status(status, region)
    return region


def test_a_case_is_there_once_with_the_step_that_brought_it_where_it_is(region):
    rows = dict(ask("SELECT number, status FROM figures.cases"))
    counted = dict(ask("SELECT number, count(*) FROM figures.transitions GROUP BY number"))

    assert rows == dict(Case.objects.values_list("number", "status"))
    assert counted == dict(
        Transition.objects.values_list("case__number").annotate(how_many=Count("pk"))
    )
    assert ask("SELECT count(*) FROM figures.deviations WHERE number = ANY(%s)", list(rows)) == [
        (len(rows),)
    ]


def test_days_are_swedish_days(region):
    case = Case.objects.first()
    Case.objects.filter(pk=case.pk).update(
        filed_at="2023-12-31T23:30:00Z", version=F("version") + 1
    )

    (row,) = ask("SELECT filed_on::text FROM figures.cases WHERE number = %s", case.number)
    assert row == ("2024-01-01",)


def test_a_measure_and_a_recipient_are_found_by_the_numbers_of_their_cases(region):
    case = Case.objects.get(status="in_investigation")
    measure = decide_measure(case, by=region.investigator)
    region.units = [region.ward]
    notice = sent_out(region)

    assert ask("SELECT number, status FROM figures.measures WHERE id = %s", measure.pk) == [
        (case.number, measure.status)
    ]
    assert ask(
        "SELECT unit_code, answer FROM figures.recipients WHERE number = %s", notice.number
    ) == [(region.ward.code, "")]


def test_the_role_reads_every_view_and_no_table(region, as_the_tools):
    views = [name for (name,) in ask("SELECT viewname FROM pg_views WHERE schemaname = 'figures'")]
    assert len(views) == 15
    for view in views:
        ask(f"SELECT * FROM figures.{view} LIMIT 1")
    for statement in (
        "SELECT 1 FROM cases_case",
        "SELECT 1 FROM avvikelse_deviation",
        "SELECT 1 FROM audit_event",
        "DELETE FROM figures.statuses",
        "CREATE TABLE figures.own (id int)",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            ask(statement)


def test_no_text_that_somebody_wrote_and_no_person(db):
    free = ask(
        """
        SELECT DISTINCT used.table_name, used.column_name
        FROM information_schema.view_column_usage used
        JOIN information_schema.columns ON (columns.table_schema, columns.table_name, columns.column_name)
            = (used.table_schema, used.table_name, used.column_name)
        WHERE used.view_schema = 'figures' AND columns.data_type IN ('text', 'character varying', 'jsonb')
        """
    )
    by_table = {model._meta.db_table: model for model in apps.get_models()}
    fields = {(table, column): by_table[table]._meta.get_field(column) for table, column in free}
    loose = {
        place for place, field in fields.items() if not field.choices and place[1] not in NAMES
    }
    choices_in_the_workflow = {
        *(("cases_transition", one) for one in ("step", "from_status", "to_status")),
        *(("cases_deadline", "purpose"), ("organisation_unit", "path")),
    }

    assert loose == choices_in_the_workflow
    assert Person._meta.db_table not in {table for table, _ in free}
    assert not any(isinstance(field, models.TextField) for field in fields.values())


def test_the_page_says_what_the_database_says(db):
    told = ask(
        """
        SELECT relname, attname, col_description(pg_class.oid, attnum), obj_description(pg_class.oid)
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
        WHERE relnamespace = 'figures'::regnamespace ORDER BY relname, attnum
        """
    )
    page = PAGE.read_text()
    sections = dict(re.findall(r"^## figures\.(\w+)\n\n(.*?)(?=^## |\Z)", page, re.M | re.S))

    assert set(sections) == {view for view, *_ in told}
    for view, column, says, about in told:
        assert about, view
        assert sections[view].startswith(about), view
        assert says, (view, column)
        assert f"| `{column}` | {says} |" in sections[view], (view, column)
