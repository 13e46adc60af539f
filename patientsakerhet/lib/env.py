"""Readers of environment variables that refuse a wrong value with a hint about the right one."""

import os
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

LOCK_WAIT = "10s"
"""Whoever waits longer for a row is told so, instead of keeping a process from others."""
LOCAL_PART = 22
"""Of the 64 characters that mail servers take before the @, the rest is ours."""


@dataclass(frozen=True)
class Mailbox:
    """A mailbox that is read over IMAP."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str = field(repr=False)
    folder: str
    done_folder: str = ""
    """Where what has been taken in is laid; it stays where it was when empty."""


class WrongSetting(ValueError):
    """An environment variable holds something the product cannot run with."""


def text(name: str, default: str | None = None) -> str:
    """The variable's text; refuses when it is absent and there is no default."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise WrongSetting(f"{name} saknas. Sätt den i miljön, se docs/operations.md.")
    return default


def flag(name: str, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(f"{name}={value!r} går inte att tolka. Skriv 1 eller 0.")


def whole(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise WrongSetting(f"{name}={value!r} är inget heltal.") from None


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated words."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str, default: str) -> dict[str, object]:
    """A `postgresql://user:password@host:port/name` address as Django's DATABASES entry.

    `host` may be given as `?host=/a/folder` for a Unix socket; other words after the question
    mark, like `sslmode=verify-full`, are handed to the driver.
    """
    url = os.environ.get(name, "") or default
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise WrongSetting(
            f"{name} är ingen PostgreSQL-adress. "
            "Skriv postgresql://användare:lösenord@värd:5432/databas."
        )
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {"options": f"-c lock_timeout={LOCK_WAIT}", **options},
    }


def broker(name: str, default: str) -> str:
    """A `redis://host:6379/0` or `unix:///a/socket?db=0` address, as Celery wants it written."""
    url = os.environ.get(name, "") or default
    parts = urlsplit(url)
    if parts.scheme == "unix":
        number = parse_qs(parts.query).get("db", ["0"])[0]
        return f"redis+socket://{parts.path}?virtual_host={number}"
    if parts.scheme not in {"redis", "rediss"}:
        raise WrongSetting(
            f"{name} är ingen Redis-adress. Skriv redis://värd:6379/0 eller unix:///sökväg?db=0."
        )
    return url


def mailbox(name: str) -> str:
    """A `box@host` address that leaves room for a plus sign and what we sign; "" when not set."""
    address = os.environ.get(name, "").strip()
    local, _, host = address.rpartition("@")
    if address and not (host and 1 <= len(local) <= LOCAL_PART and "+" not in local):
        raise WrongSetting(
            f"{name} går inte att använda. Skriv en adress utan plustecken, som låda@värd, "
            f"med högst {LOCAL_PART} tecken före @."
        )
    return address


def imap(name: str, *, done_folder: str = "") -> Mailbox | None:
    """An `imaps://user:password@host:993/folder` address; None when not set."""
    url = os.environ.get(name, "").strip()
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port or (993 if parts.scheme == "imaps" else 143)
    except ValueError:
        port = 0
    if parts.scheme not in {"imap", "imaps"} or not (parts.hostname and parts.username and port):
        raise WrongSetting(
            f"{name} är ingen brevlåda. Skriv imaps://användare:lösenord@värd:993/INBOX, med "
            "specialtecken i lösenordet som %40."
        )
    return Mailbox(
        host=parts.hostname,
        port=port,
        is_tls=parts.scheme == "imaps",
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        done_folder=done_folder,
    )


def origin(name: str) -> str:
    """The scheme and host of an `https://host/path` address, as browsers compare them."""
    parts = urlsplit(text(name))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise WrongSetting(f"{name} är ingen webbadress. Skriv https://värd/sökväg.")
    return f"{parts.scheme}://{parts.netloc}"
