import logging
import os
import socketserver
import struct
import threading
import time

import pytest
from django.test import RequestFactory, override_settings

from patientsakerhet.audit.models import Event
from patientsakerhet.cases import file_names, files, uploads
from patientsakerhet.cases.actions import attachments
from patientsakerhet.cases.models import Attachment
from patientsakerhet.lib.refusal import NotAllowed, NotReady
from patientsakerhet.organisation.models import Role
from tests.cases.sample_files import ALLOWED, REFUSED, picture, upload
from tests.factories import Region, file_report, person_as


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def lying(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


# --- taking in -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALLOWED)
def test_a_file_of_an_allowed_type_is_taken_in_and_its_type_told_by_its_content(name):
    content, content_type = ALLOWED[name]

    received = files.receive(upload(name, content, "text/html"))

    assert (received.name, received.size, received.content_type) == (
        name,
        len(content),
        content_type,
    )
    with files.opened(received.sha256) as file:
        assert file.read() == content


@pytest.mark.parametrize("name", REFUSED)
def test_other_files_are_refused_with_their_name_and_nothing_is_left_of_them(name, folder):
    with pytest.raises(files.RefusedFile) as refused:
        files.receive(upload(name, REFUSED[name]))

    assert refused.value.reasons[0].startswith(f"{name}: ")
    assert lying(folder) == []


def test_a_file_larger_than_allowed_is_refused(settings, folder):
    settings.FILE_MAX_BYTES = 1000

    with pytest.raises(files.RefusedFile, match="för stor"):
        files.receive(upload("logg.txt", b"x" * 1001))

    assert lying(folder) == []


def test_the_same_content_lies_once(folder):
    first = files.receive(upload("a.png", picture()))
    second = files.receive(upload("b.png", picture()))

    assert first.sha256 == second.sha256
    assert len(lying(folder)) == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Anna\\bild.png", "bild.png"),
        ("CON.txt", "fil-CON.txt"),
        ("rapport\r\nSet-Cookie: x.pdf", "rapportSet-Cookie x.pdf"),
        ("bild\u202egnp.exe", "bildgnp.exe"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("pat 19121212-1212.pdf", "pat 121212-xxxx.pdf"),
        ("halv\ud800.png", "halv.png"),
        ("", "fil"),
        ("...", "fil"),
    ],
)
def test_a_file_name_is_a_name_to_read_and_never_a_path(written, kept):
    assert file_names.plain(written) == kept


def test_damaged_and_missing_bytes_are_not_handed_out(folder):
    received = files.receive(upload("a.png", picture()))
    files.place_of(received.sha256).write_bytes(b"something else")

    with pytest.raises(files.DamagedFile), files.opened(received.sha256):
        pass
    files.place_of(received.sha256).unlink()
    with pytest.raises(files.DamagedFile), files.opened(received.sha256):
        pass


def test_only_a_hash_names_a_place():
    with pytest.raises(ValueError, match="not a hash"):
        files.place_of("../../etc/passwd")


# --- in a case -----------------------------------------------------------------------------


@pytest.fixture
def region(db):
    return Region()


def added(case, by, **fields):
    return attachments.attach(case, files.receive(upload("bild.png", picture())), by=by, **fields)


def test_without_a_scanner_the_look_at_the_content_is_the_verdict(region):
    case = file_report(region.ward, region.reporter)

    attachment = added(case, region.coordinator)

    assert attachment.verdict == "clean"
    with attachments.opened(attachment, by=region.coordinator) as file:
        assert file.read() == picture()
    assert list(
        Event.objects.filter(object_type="attachment").values_list("action", flat=True)
    ) == [
        "attachment.added",
        "attachment.read",
    ]


@pytest.mark.parametrize(
    ("role", "audience", "allowed"),
    [
        (Role.COORDINATOR, "internal", True),
        (Role.EXTERNAL_PARTY, "internal", False),
        (Role.EXTERNAL_PARTY, "reporter", False),
        (Role.ADMINISTRATOR, "parties", False),
        (Role.REPORTER, "internal", False),
    ],
)
def test_who_may_open_a_file(region, role, audience, allowed):
    case = file_report(region.ward, region.reporter)
    attachment = added(case, region.coordinator, audience=audience)
    person = person_as(role, region.root)

    if allowed:
        with attachments.opened(attachment, by=person) as file:
            assert file.read()
    else:
        with pytest.raises(NotAllowed), attachments.opened(attachment, by=person):
            pass
        denials = Event.objects.using("trail").denials()
        assert denials.filter(action="attachment.read").count() == 1


def test_only_whoever_may_comment_adds_files(region):
    case = file_report(region.ward, region.reporter)

    with pytest.raises(NotAllowed):
        added(case, person_as(Role.REPORTER, region.devices))

    assert not Attachment.objects.exists()


# --- the scanner ---------------------------------------------------------------------------


class Scanner(socketserver.ThreadingTCPServer):
    """Speaks INSTREAM on loopback, as clamd does, and answers what it has been told to."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answer):
        self.answer = answer
        self.streamed = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        assert self._exactly(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(size)
        self.server.streamed.append(content)
        self.request.sendall(self.server.answer)

    def _exactly(self, count):
        got = b""
        while len(got) < count:
            got += self.request.recv(count - len(got))
        return got


@pytest.fixture
def scanner(settings):
    with Scanner(b"stream: OK\0") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


@pytest.mark.parametrize(
    ("answer", "verdict", "note"),
    [
        (b"stream: OK\0", "clean", ""),
        (b"stream: Eicar-Test-Signature FOUND\0", "refused", "Eicar-Test-Signature"),
        (b"INSTREAM size limit exceeded. ERROR\0", "pending", ""),
        (b"garbage\0", "pending", ""),
        (b"", "pending", ""),
    ],
)
def test_the_scanners_answer_decides_and_no_answer_opens_nothing(
    region, scanner, answer, verdict, note
):
    scanner.answer = answer
    attachment = added(file_report(region.ward, region.reporter), region.coordinator)
    assert attachment.verdict == "pending"

    attachments.scan_waiting()

    attachment.refresh_from_db()
    assert (attachment.verdict, attachment.verdict_note) == (verdict, note)
    assert scanner.streamed == [picture()]
    if verdict != "clean":
        with (
            pytest.raises(NotReady),
            attachments.opened(attachment, by=region.coordinator),
        ):
            pass


def test_a_scanner_that_is_away_leaves_the_files_waiting(region, settings):
    settings.CLAMAV_ADDRESS = "127.0.0.1:1"
    first = added(file_report(region.ward), region.coordinator)
    added(file_report(region.ward), region.coordinator)

    attachments.scan_waiting()

    assert set(Attachment.objects.values_list("verdict", flat=True)) == {"pending"}
    with pytest.raises(NotReady), attachments.opened(first, by=region.coordinator):
        pass


def test_a_row_without_its_file_is_stopped_and_reported(region, scanner, caplog):
    attachment = added(file_report(region.ward), region.coordinator)
    files.place_of(attachment.sha256).unlink()

    with caplog.at_level(logging.ERROR):
        assert attachments.scan(attachment.pk) == "refused"
        attachments.sweep()

    assert "no such file" in caplog.text
    assert "no file for rows" in caplog.text


def test_files_without_a_case_go_after_a_day(region):
    attachment = added(file_report(region.ward), region.coordinator)
    orphan = files.receive(upload("brev.txt", b"hej"))
    fresh = files.receive(upload("brev.txt", b"hej igen"))
    a_day_ago = time.time() - 25 * 3600
    for one in (attachment, orphan):
        os.utime(files.place_of(one.sha256), (a_day_ago, a_day_ago))

    assert attachments.sweep() == 1

    assert files.exists(attachment.sha256)
    assert files.exists(fresh.sha256)
    assert not files.exists(orphan.sha256)


# --- streaming in --------------------------------------------------------------------------


@override_settings(FILE_MAX_BYTES=3_000_000, FILES_MAX_BYTES=5_000_000)
@pytest.mark.parametrize(
    ("sent", "kept", "skipped"),
    [
        ([("a.txt", 10)], [("a.txt", 10)], []),
        (
            [("a.txt", 10), ("stor.txt", 3_000_001), ("b.txt", 20)],
            [("a.txt", 10), ("b.txt", 20)],
            ["stor.txt"],
        ),
        (
            [("a.txt", 2_900_000), ("b.txt", 2_900_000), ("c.txt", 10)],
            [("a.txt", 2_900_000)],
            ["b.txt", "c.txt"],
        ),
    ],
)
def test_a_file_too_large_is_let_go_past_and_the_text_is_kept(sent, kept, skipped):
    data = {"filer": [upload(name, b"x" * size) for name, size in sent], "text": "Kvar"}

    request = RequestFactory().post("/", data)

    assert request.POST["text"] == "Kvar"
    assert [(file.name, file.size) for file in request.FILES.getlist("filer")] == kept
    assert uploads.too_large(request) == skipped
    request.close()
