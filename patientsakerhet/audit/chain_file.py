"""The trail as lines of JSON, which `audit/verify_export.py` checks without the product."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection, transaction

_ROWS = """
    DECLARE audit_export NO SCROLL CURSOR FOR
    SELECT s.seq, encode(s.prev, 'hex'), encode(s.hash, 'hex'), audit_text(e),
           encode(p.salt, 'hex'), p.body::text
    FROM audit_seal s LEFT JOIN audit_event e ON e.id = s.event_id
    LEFT JOIN audit_payload p ON p.event_id = s.event_id AND %s
    WHERE s.seq > %s ORDER BY s.seq
"""
_NAMES = ("seq", "prev", "hash", "text", "salt", "body")


def lines(*, after: int = 0, bodies: bool = False) -> Iterator[str]:
    """One line for each link after this place, in a transaction of its own; contents only when asked for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ROWS, [bodies, after])
        while True:
            cursor.execute("FETCH 5000 FROM audit_export")
            rows = cursor.fetchall()
            if not rows:
                break
            for row in rows:
                yield json.dumps(dict(zip(_NAMES, row, strict=True))) + "\n"
        cursor.execute("CLOSE audit_export")
