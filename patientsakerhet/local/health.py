"""Whether a container does its work; asked by docker-compose.yml.

python -m patientsakerhet.local.health web
python -m patientsakerhet.local.health background
"""

import http.client
import json
import sys
from urllib.parse import urlsplit

import psycopg2

from patientsakerhet.lib import env

SILENT_AFTER = "5 minutes"


def web() -> bool:
    """It answers, and reaches its database. Late mail is the background's illness, not the web's."""
    port = env.whole("PORT", 8000)
    asked_for = urlsplit(env.text("BASE_URL", f"http://localhost:{port}")).netloc
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        connection.request("GET", "/halsa", headers={"Host": asked_for})
        told = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return False
    finally:
        connection.close()
    return told.get("database") == "ok"


def background() -> bool:
    """The scheduler's beat has gone through the broker and a worker into the database lately."""
    address = env.database("DATABASE_URL", "")
    connection = psycopg2.connect(
        dbname=address["NAME"],
        user=address["USER"],
        password=address["PASSWORD"],
        host=address["HOST"],
        port=address["PORT"] or None,
        connect_timeout=8,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM notifications_heartbeat "
                "WHERE role = 'worker' AND at > now() - %s::interval",
                [SILENT_AFTER],
            )
            return cursor.fetchone() == (1,)
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "background": background}[sys.argv[1]]() else 1)
