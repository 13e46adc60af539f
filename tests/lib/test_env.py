"""Environment variables: what is understood, and how the rest is refused."""

import pytest

from patientsakerhet.lib import env


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://anna:hemligt%40@db.example:6543/varsam",
            ("db.example", "6543", "anna", "hemligt@", "varsam"),
        ),
        ("postgres://varsam@/varsam?host=%2Fvar%2Frun", ("/var/run", "", "varsam", "", "varsam")),
        ("postgresql://varsam@localhost/varsam", ("localhost", "", "varsam", "", "varsam")),
    ],
)
def test_an_address_becomes_a_database(monkeypatch, url, expected):
    monkeypatch.setenv("X", url)

    read = env.database("X", "")

    assert tuple(read[part] for part in ("HOST", "PORT", "USER", "PASSWORD", "NAME")) == expected


def test_what_the_driver_is_told_comes_after_the_question_mark(monkeypatch):
    monkeypatch.setenv("X", "postgresql://a@b/c?sslmode=verify-full")

    assert env.database("X", "")["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://a:hemligt@b/", "hemligt"])
def test_a_refused_database_address_is_not_repeated(monkeypatch, url):
    monkeypatch.setenv("X", url)

    with pytest.raises(env.WrongSetting) as refusal:
        env.database("X", "")

    assert "hemligt" not in str(refusal.value)
    assert "postgresql://användare:lösenord@värd:5432/databas" in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://redis:6379/0", "redis://redis:6379/0"),
        ("rediss://:pw@redis:6379/1", "rediss://:pw@redis:6379/1"),
        ("unix:///run/valkey.sock?db=3", "redis+socket:///run/valkey.sock?virtual_host=3"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=0"),
    ],
)
def test_a_broker_is_written_as_celery_wants_it(monkeypatch, url, expected):
    monkeypatch.setenv("X", url)

    assert env.broker("X", "") == expected


def test_an_unknown_broker_is_refused(monkeypatch):
    monkeypatch.setenv("X", "amqp://a")

    with pytest.raises(env.WrongSetting, match="X är ingen Redis-adress"):
        env.broker("X", "")


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("Ja", None), ("off", False), ("", True), ("TRUE", True)]
)
def test_a_flag_is_one_or_nought(monkeypatch, value, expected):
    monkeypatch.setenv("X", value)

    if expected is None:
        with pytest.raises(env.WrongSetting, match="Skriv 1 eller 0"):
            env.flag("X", default=True)
    else:
        assert env.flag("X", default=True) is expected


def test_an_empty_variable_is_no_variable(monkeypatch):
    monkeypatch.setenv("X", "")

    assert env.text("X", "a") == "a"
    assert env.words("X", "a,b") == ["a", "b"]
    assert env.whole("X", 7) == 7


def test_a_number_is_whole(monkeypatch):
    monkeypatch.setenv("X", "7,5")

    with pytest.raises(env.WrongSetting, match="inget heltal"):
        env.whole("X", 1)


@pytest.mark.parametrize("address", ["", "svar@region.example"])
def test_a_mailbox_is_an_address_or_nothing(monkeypatch, address):
    monkeypatch.setenv("X", address)

    assert env.mailbox("X") == address


@pytest.mark.parametrize(
    "address",
    ["svar", "@region.example", "svar@", "svar+x@region.example", "a" * 23 + "@x.example"],
)
def test_a_mailbox_that_leaves_no_room_is_refused(monkeypatch, address):
    monkeypatch.setenv("X", address)

    with pytest.raises(env.WrongSetting, match="låda@värd"):
        env.mailbox("X")


@pytest.mark.parametrize(
    ("written", "host", "port", "is_tls", "folder", "password"),
    [
        ("imaps://box:p%40ss@mail.example", "mail.example", 993, True, "INBOX", "p@ss"),
        ("imap://box:s7@127.0.0.1:1143/Inkorg", "127.0.0.1", 1143, False, "Inkorg", "s7"),
        ("imaps://b%40x.se:s7@mail.example/A/B", "mail.example", 993, True, "A/B", "s7"),
    ],
)
def test_the_mailbox_that_is_read(monkeypatch, written, host, port, is_tls, folder, password):
    monkeypatch.setenv("IMAP_URL", written)

    box = env.imap("IMAP_URL", done_folder="Klart")

    assert (box.host, box.port, box.is_tls, box.folder) == (host, port, is_tls, folder)
    assert (box.password, box.done_folder) == (password, "Klart")
    assert password not in repr(box)


def test_no_mailbox_is_read_when_none_is_given(monkeypatch):
    monkeypatch.delenv("IMAP_URL", raising=False)

    assert env.imap("IMAP_URL") is None


@pytest.mark.parametrize(
    "written", ["mail.example", "https://a:b@c", "imaps://mail.example", "imaps://a:b@c:port"]
)
def test_what_is_no_mailbox_is_refused(monkeypatch, written):
    monkeypatch.setenv("IMAP_URL", written)

    with pytest.raises(env.WrongSetting, match="ingen brevlåda"):
        env.imap("IMAP_URL")
