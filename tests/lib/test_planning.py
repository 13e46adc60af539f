"""A row with all it leads to is read without weighing the ways to read it."""

import pytest
from django.db import connection
from django.http import Http404

from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.organisation.models import Unit
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


def limit():
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        return cursor.fetchone()[0]


def test_the_row_comes_with_what_is_selected_beside_it(django_assert_num_queries):
    unit = make_unit("Avdelning 9")

    found = whole_or_404(Unit.objects.select_related("care_provider"), pk=unit.pk)

    with django_assert_num_queries(0):
        assert (found, found.care_provider) == (unit, unit.care_provider)


def test_what_is_not_there_or_left_out_by_the_query_is_not_found():
    unit = make_unit("Avdelning 9")

    with pytest.raises(Http404):
        whole_or_404(Unit.objects.all(), pk=unit.pk + 1000)
    with pytest.raises(Http404):
        whole_or_404(Unit.objects.exclude(pk=unit.pk), pk=unit.pk)


def test_what_is_asked_afterwards_is_weighed_as_before():
    before, unit = limit(), make_unit("Avdelning 9")

    whole_or_404(Unit.objects.all(), pk=unit.pk)
    assert limit() == before
    with pytest.raises(Http404):
        whole_or_404(Unit.objects.none(), pk=unit.pk)
    assert limit() == before


def test_the_joins_are_made_as_they_are_written_meanwhile():
    unit, seen = make_unit("Avdelning 9"), []

    def look(execute, sql, params, many, context):
        if sql.startswith("SELECT"):
            with connection.connection.cursor() as cursor:
                cursor.execute("SHOW join_collapse_limit")
                seen.append(cursor.fetchone()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        whole_or_404(Unit.objects.all(), pk=unit.pk)

    assert seen == ["1"]
