"""The functional mailbox on a real server: each message once, whatever goes wrong and whenever."""

import contextlib
import itertools
import os
import re
import signal
import subprocess
import sys
import threading
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from patientsakerhet.cases import files
from sakerhetsmeddelanden.actions import mailbox, reading
from sakerhetsmeddelanden.intake.imap import MailboxIsAway
from sakerhetsmeddelanden.models import IncomingMessage, MailPlace
from tests.sakerhetsmeddelanden.imap_server import PASSWORD, Line

_users = itertools.count(1)


def mail(number, size=0):
    made = EmailMessage()
    made["From"] = "fsn@volumed.example"
    made["Subject"] = f"Säkerhetsmeddelande {number}"
    made["Message-ID"] = f"<{number}@volumed.example>"
    made.set_content(f"FSN-referens: FSN-2026-{number:04d}\n" + "x" * 70 * (size // 70))
    return made.as_bytes().replace(b"\n", b"\r\n")


@pytest.fixture
def user():
    return f"lada{os.getpid()}-{next(_users)}"


@pytest.fixture
def read_from(settings):
    """Says which mailbox is the functional one."""

    def choose(box):
        settings.IMAP = box

    return choose


@pytest.mark.django_db
def test_each_message_is_taken_in_as_it_came_and_put_away(imap_server, user, read_from):
    sent = [mail(n) for n in range(3)]
    imap_server.lay(user, *sent)
    read_from(imap_server.mailbox(user))

    first, second = mailbox.empty(), mailbox.empty()

    assert (first.taken_in, second.taken_in, second.known) == (3, 0, 0)
    kept = []
    for message in IncomingMessage.objects.order_by("pk"):
        with files.opened(message.sha256) as file:
            kept.append(file.read())
        assert message.size == len(kept[-1])
        assert message.places.count() == 1
    assert kept == sent
    assert imap_server.count(user) == 0
    assert imap_server.count(user, "Inl&AOQ-st") == 3


@pytest.mark.django_db
def test_without_a_folder_for_what_is_done_it_stays_and_is_taken_once(imap_server, user, read_from):
    imap_server.lay(user, mail(1), mail(2))
    read_from(imap_server.mailbox(user, done_folder=""))

    assert (mailbox.empty().taken_in, mailbox.empty().known) == (2, 2)
    assert IncomingMessage.objects.count() == 2
    assert imap_server.count(user) == 2


@pytest.mark.django_db
def test_the_same_bytes_again_are_the_same_message(imap_server, user, read_from):
    imap_server.lay(user, mail(1), mail(1))
    read_from(imap_server.mailbox(user))

    done = mailbox.empty()

    assert (done.taken_in, done.known) == (1, 1)
    assert IncomingMessage.objects.get().places.count() == 2


@pytest.mark.django_db
def test_a_new_numbering_makes_no_message_twice(imap_server, user, read_from):
    imap_server.lay(user, *[mail(n) for n in range(3)])
    read_from(imap_server.mailbox(user, done_folder=""))
    mailbox.empty()
    imap_server.renumber(user)

    done = mailbox.empty()

    assert (done.taken_in, done.known) == (0, 3)
    assert IncomingMessage.objects.count() == 3
    assert MailPlace.objects.values("uid_validity").distinct().count() == 2


@pytest.mark.django_db
def test_two_messages_with_one_number_are_both_taken_in(imap_server, user, read_from):
    imap_server.lay(user, mail(1), mail(2), mail(3))
    line = Line(imap_server.port, change=lambda data: data.replace(b"UID 2 ", b"UID 1 "))
    read_from(imap_server.mailbox(user, port=line.port))

    assert mailbox.empty().taken_in == 3
    assert set(IncomingMessage.objects.values_list("places__uid", flat=True)) == {1, 3}
    assert imap_server.count(user) == 2, "of two with one number none can be put away"
    assert mailbox.empty().taken_in == 0
    line.close()


@pytest.mark.django_db
def test_a_number_that_is_used_again_for_another_message_is_no_reason_to_miss_it(
    imap_server, user, read_from
):
    imap_server.lay(user, mail(1))
    read_from(imap_server.mailbox(user, done_folder=""))
    mailbox.empty()
    MailPlace.objects.update(size=7)  # as if the number had been another message's
    IncomingMessage.objects.update(sha256="0" * 64)

    assert mailbox.empty().taken_in == 1
    assert IncomingMessage.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("after", [40, 400, 900, 5_000, 60_000, 300_000, 700_000])
def test_a_line_that_is_cut_loses_and_doubles_nothing(imap_server, user, read_from, after):
    imap_server.lay(user, mail(1), mail(2, size=600_000), mail(3))
    line = Line(imap_server.port, cut_after=after)
    read_from(imap_server.mailbox(user, port=line.port))
    with contextlib.suppress(MailboxIsAway):
        mailbox.empty()
    line.close()
    whole = {len(mail(1)), len(mail(2, size=600_000)), len(mail(3))}
    assert set(IncomingMessage.objects.values_list("size", flat=True)) <= whole

    read_from(imap_server.mailbox(user))
    mailbox.empty()

    assert sorted(IncomingMessage.objects.values_list("size", flat=True)) == sorted(whole_of())
    assert imap_server.count(user) == 0


def whole_of():
    return [len(mail(1)), len(mail(2, size=600_000)), len(mail(3))]


@pytest.mark.django_db
def test_a_server_that_is_gone_is_told_and_comes_back(imap_server, user, read_from):
    imap_server.lay(user, mail(1))
    read_from(imap_server.mailbox(user))
    imap_server.stop()
    with pytest.raises(MailboxIsAway):
        mailbox.empty()
    imap_server.start()

    assert mailbox.empty().taken_in == 1


@pytest.mark.django_db
def test_a_wrong_password_is_told(imap_server, user, read_from):
    box = imap_server.mailbox(user)
    read_from(type(box)(**{**vars(box), "password": "fel"}))

    with pytest.raises(MailboxIsAway):
        mailbox.empty()


@pytest.mark.long
@pytest.mark.django_db
def test_of_a_message_of_50_mb_the_head_is_kept_and_a_person_told(imap_server, user, read_from):
    imap_server.lay(user, mail(1, size=50 * 2**20), mail(2))
    read_from(imap_server.mailbox(user))

    before = memory()
    assert mailbox.empty().taken_in == 2
    reading.sweep()

    assert memory() - before < 30 * 2**20
    large, small = IncomingMessage.objects.order_by("pk")
    assert (large.is_whole, large.verdict) == (False, "quarantine")
    assert large.size > 50 * 2**20
    assert large.subject == "Säkerhetsmeddelande 1"
    assert large.problem == reading.HEAD_ALONE
    with files.opened(large.sha256) as file:
        assert len(file.read()) < 1000
    assert (small.is_whole, small.verdict) == (True, "waiting")


@pytest.mark.django_db
def test_a_large_message_is_taken_in_whole_in_pieces(imap_server, user, read_from):
    sent = mail(1, size=20 * 2**20)
    imap_server.lay(user, sent)
    read_from(imap_server.mailbox(user))

    mailbox.empty()

    message = IncomingMessage.objects.get()
    with files.opened(message.sha256) as file:
        assert file.read() == sent


def memory():
    """Bytes in use by this process now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- killed anywhere ----------------------------------------------------------------------------

MIDST = rb"UID FETCH 2 .*<262144"
"""When a part of a message has come."""
EVERYWHERE = [
    rb"LOGIN",
    rb"SELECT",
    rb"UID RFC822.SIZE",
    rb"UID FETCH 1 ",
    rb"UID MOVE 1 ",
    rb"UID MOVE 2 ",
    rb"UID FETCH 3 ",
    rb"UID MOVE 3 ",
    rb"LOGOUT",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "point",
    [MIDST, *(pytest.param(point, marks=pytest.mark.long) for point in EVERYWHERE)],
    ids=lambda point: point.decode(),
)
def test_killed_anywhere_each_message_is_there_once(imap_server, user, point, read_from, tmp_path):
    imap_server.lay(user, mail(1), mail(2, size=600_000), mail(3))
    emptier = None
    killed = threading.Event()

    def kill(command):
        if re.search(point, command) and not killed.is_set():
            killed.set()
            emptier.send_signal(signal.SIGKILL)
            emptier.wait(20)

    line = Line(imap_server.port, on_command=kill)
    emptier = empty_in_a_process(imap_server.mailbox(user, port=line.port))
    with emptier:  # what it said is closed with it
        emptier.wait(60)
    line.close()
    assert killed.is_set(), "the command was never sent"

    read_from(imap_server.mailbox(user))
    mailbox.empty()

    assert sorted(IncomingMessage.objects.values_list("size", flat=True)) == sorted(whole_of())
    assert imap_server.count(user) == 0


def empty_in_a_process(box):
    """The command, on this test's database, with its mailbox."""
    base = connection.settings_dict
    database = (
        f"postgresql://{base['USER']}:{base['PASSWORD']}@{base['HOST'] or 'localhost'}"
        f":{base['PORT'] or 5432}/{base['NAME']}"
    )
    if base["HOST"].startswith("/"):
        database = f"postgresql://{base['USER']}@/{base['NAME']}?host={quote(base['HOST'])}"
        if base["PORT"]:
            database = (
                f"postgresql://{base['USER']}@:{base['PORT']}/{base['NAME']}?host={base['HOST']}"
            )
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "IMAP_URL": f"imap://{box.user}:{PASSWORD}@127.0.0.1:{box.port}/INBOX",
        "STATE_DIR": str(settings.MEDIA_ROOT.parent),
        "DEBUG": "1",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "empty_mailbox"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
