"""Write the trail to a file that can be checked without the product."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
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


class Command(BaseCommand):
    """One JSON object a line, for `audit/verify_export.py`; contents only when asked for."""

    help = "Exportera loggen för kontroll utanför systemet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--after", type=int, default=0, help="börja efter den här platsen")
        parser.add_argument(
            "--bodies", action="store_true", help="ta med innehållet, som kan vara känsligt"
        )

    def handle(self, *, file: Path, after: int, bodies: bool, **options: Any) -> None:
        count = 0
        with transaction.atomic(), connection.cursor() as cursor, file.open("w") as out:
            cursor.execute(_ROWS, [bodies, after])
            while True:
                cursor.execute("FETCH 5000 FROM audit_export")
                rows = cursor.fetchall()
                if not rows:
                    break
                count += len(rows)
                for row in rows:
                    out.write(json.dumps(dict(zip(_NAMES, row, strict=True))) + "\n")
            cursor.execute("CLOSE audit_export")
        self.stdout.write(f"{count} händelser i {file}.")
