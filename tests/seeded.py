"""The rows that migrations left, kept aside once and put back after each test that commits."""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

ASIDE = "kept_aside"
STAYS = {"django_migrations"}


def keep(connection: BaseDatabaseWrapper) -> None:
    """A copy of every table that holds something lies in a schema of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE")
        cursor.execute(f"CREATE SCHEMA {ASIDE}")
        for table in _filled(connection, cursor):
            cursor.execute(f'CREATE TABLE {ASIDE}."{table}" AS TABLE public."{table}"')


def put_back(connection: BaseDatabaseWrapper) -> None:
    """Every table holds what it held when it was kept.

    As a superuser may, it steps around the triggers that refuse to let the trail be emptied, and
    around foreign keys, since all ends as consistent as it was. Rows are deleted and not
    truncated: a hundred small tables are emptied many times faster so.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in _filled(connection, cursor):
            cursor.execute(f'DELETE FROM public."{table}"')
        for table, columns in _kept(cursor):
            cursor.execute(
                f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE '
                f'SELECT {columns} FROM {ASIDE}."{table}"'
            )


def _filled(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> list[str]:
    """The tables with at least one row, those without a model among them."""
    names = sorted(set(connection.introspection.table_names(cursor)) - STAYS)
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM public.\"{name}\")" for name in names)
    cursor.execute(" UNION ALL ".join(asked))
    return [name for (name,) in cursor.fetchall()]


def _kept(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Each table kept aside with its columns, but for those the database computes."""
    cursor.execute(
        """
        SELECT aside.relname, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
        FROM pg_class aside
        JOIN pg_class public ON public.relname = aside.relname
            AND public.relnamespace = 'public'::regnamespace
        JOIN pg_attribute ON attrelid = public.oid
        WHERE aside.relnamespace = %s::regnamespace
            AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        GROUP BY aside.relname
        """,
        [ASIDE],
    )
    return cursor.fetchall()
