"""What has come in, read and decided: once, kept as it came, and never a notice by itself."""

import io
import os
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.cases import files
from patientsakerhet.cases.actions import attachments
from patientsakerhet.cases.models import Attachment, Case
from patientsakerhet.lib.refusal import NotAllowed, NotReady, Stale
from patientsakerhet.register.actions import parties
from patientsakerhet.register.models import Party
from sakerhetsmeddelanden.actions import deciding, intake, reading
from sakerhetsmeddelanden.intake import limited
from sakerhetsmeddelanden.models import IncomingFile, IncomingMessage, SafetyNotice
from tests.at_once import at_once
from tests.factories import Region
from tests.sakerhetsmeddelanden import making
from tests.sakerhetsmeddelanden.intake import hostile

pytestmark = pytest.mark.django_db

LETTER = """Volumed AB

Viktigt säkerhetsmeddelande: Volumed 300
FSN-referens: FSN-2026-17
FSCA-referens: FSCA-9
Datum: 2026-03-02

Problembeskrivning:
Trycksensorn kan visa fel värde.

Tillverkare: Volumed AB
Svar senast: 2026-03-30
"""


def mail(text=LETTER, *, pdf=True, sender="fsn@volumed.example", **heads):
    made = EmailMessage()
    made["From"] = f"Volumed <{sender}>"
    made["Subject"] = "Säkerhetsmeddelande"
    for name, value in heads.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if pdf:
        content = hostile.pdf(["Urgent Field Safety Notice", "FSN Ref: FSN-2026-17"])
        made.add_attachment(
            content, maintype="application", subtype="pdf", filename="meddelande.pdf"
        )
    return made.as_bytes()


def taken(raw=None, **more):
    """A message that has come and been read."""
    raw = mail() if raw is None else raw
    told = {"door": "mail", "received_at": datetime(2026, 3, 2, 9, tzinfo=UTC), **more}
    message = intake.take_in(io.BytesIO(raw), **told).message
    reading.read(message.pk)
    message.refresh_from_db()
    return message


def values(message):
    return {one.code: one.value for one in message.proposals.all()}


@pytest.fixture
def region():
    return Region()


# --- taken in -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("started_anew")
def test_what_came_is_kept_to_the_byte_and_read():
    raw = mail(Authentication_Results="mx.evil.example; spf=pass")

    message = taken(raw)

    with files.opened(message.sha256) as file:
        assert file.read() == raw
    assert (message.verdict, message.sender) == ("waiting", "fsn@volumed.example")
    assert message.received_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert message.spf == ""
    assert values(message)["1.2"] == "Volumed 300"
    file = message.files.get()
    assert (file.name, file.verdict, file.content_type) == (
        "meddelande.pdf",
        "clean",
        "application/pdf",
    )
    reference = message.proposals.get(code="fsn_ref")
    assert (reference.file, reference.place) == (file, "meddelande.pdf, sida 1, rad 2")
    assert message.proposals.get(code="fsca_ref").place == "Meddelandet, rad 5"
    assert not SafetyNotice.objects.exists()


def test_results_of_our_own_server_are_shown(settings):
    settings.MAIL_AUTH_SERVERS = ["mx.region.example"]

    message = taken(
        mail(Authentication_Results="mx.region.example; spf=pass; dkim=fail; dmarc=fail")
    )

    assert (message.authenticated_by, message.spf, message.dkim, message.dmarc) == (
        "mx.region.example",
        "pass",
        "fail",
        "fail",
    )


def test_the_same_bytes_are_one_message():
    raw = mail()
    first, again = taken(raw), taken(raw)

    assert first == again
    assert Event.objects.filter(action="incoming_message.taken_in").count() == 1


def test_a_message_is_read_once():
    message = taken()

    assert reading.read(message.pk) is False
    assert message.files.count() == 1


def test_a_message_that_ends_its_reader_three_times_lies_in_quarantine():
    message = intake.take_in(io.BytesIO(mail()), door="mail", received_at=timezone.now()).message
    IncomingMessage.objects.update(attempts=reading.MOST_ATTEMPTS)

    reading.sweep()

    message.refresh_from_db()
    assert (message.verdict, message.problem) == ("quarantine", reading.GAVE_UP)


def test_whoever_dies_while_reading_is_followed_by_another():
    message = intake.take_in(io.BytesIO(mail()), door="mail", received_at=timezone.now()).message
    IncomingMessage.objects.update(attempts=1, lease_until=timezone.now() + timedelta(minutes=1))
    assert reading.sweep() == 0

    IncomingMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert reading.sweep() == 1
    message.refresh_from_db()
    assert message.verdict == "waiting"


@pytest.mark.usefixtures("started_anew")
def test_what_takes_too_long_lies_in_quarantine_with_the_reason(monkeypatch):
    monkeypatch.setattr(limited, "WALL_SECONDS", 0.01)

    message = taken()

    assert (message.verdict, message.problem) == ("quarantine", limited.TOO_SLOW)


@pytest.mark.parametrize("wrong", ["nothing", "no head", "mails in mails", "5,000 parts"])
def test_hostile_mail_lies_in_quarantine_with_the_reason(wrong):
    message = taken(hostile.harmful_mails()[wrong])

    assert message.verdict == "quarantine"
    assert message.problem


def test_a_file_that_acts_is_stopped_and_its_words_are_read():
    made = EmailMessage()
    made["From"] = "fsn@volumed.example"
    made["Subject"] = "FSN"
    made.set_content("Se bilagan")
    content = hostile.harmful_pdfs()["javascript"]
    made.add_attachment(content, maintype="application", subtype="pdf", filename="js.pdf")

    file = taken(made.as_bytes()).files.get()

    assert (file.verdict, file.pages) == ("refused", [hostile.PDF_TEXT])
    assert "makron" in file.verdict_note


def test_files_of_what_came_in_are_not_swept_away():
    message = taken()
    hashes = {message.sha256, message.files.get().sha256}
    for sha256 in hashes:
        path = files.place_of(sha256)
        old = path.stat().st_mtime - 2 * files.ORPHANS_STAY.total_seconds()

        os.utime(path, (old, old))

    attachments.sweep()

    assert all(files.exists(sha256) for sha256 in hashes)


# --- recognised ---------------------------------------------------------------------------------


def test_a_sender_whose_domain_is_a_suppliers_is_that_supplier():
    party = parties.obtain("Volumed AB", Party.Part.SUPPLIER)
    party.mail_domains = ["volumed.example"]
    party.save()

    assert taken().supplier == party
    warned = taken(mail(sender="fsn@volurned.example"))
    assert (warned.supplier, warned.lookalike_of) == (None, "volumed.example")


def test_the_same_content_in_another_envelope_is_a_duplicate():
    first = taken()
    again = taken(mail(X_Other="2"))

    assert again.duplicate_of == first


def test_the_same_designation_and_version_is_a_duplicate_another_version_is_none():
    first = taken()
    again = taken(mail("FSN-referens: FSN-2026-17\nNågot annat"))
    newer = taken(mail("FSN-referens: FSN-2026-17 version 2", pdf=False))

    assert again.duplicate_of == first
    assert newer.duplicate_of is None


def test_a_follow_up_is_recognised_and_waits_for_a_person(region):
    first = taken(mail(Message_ID="<1@volumed.example>"))
    case = deciding.promote(first, values(first), by=region.coordinator)

    newer = taken(mail("FSN-referens: FSN 2026/17, version 2", pdf=False))
    thread = taken(mail("Tack!", pdf=False, In_Reply_To="<1@volumed.example>"))
    action = taken(mail("FSCA-referens: FSCA-9\nFSN-referens: FSN-2026-99", pdf=False))

    assert [one.suggested_notice.case for one in (newer, thread, action)] == [case] * 3
    assert newer.suggestion == "Samma beteckning på meddelandet, version 2."
    assert thread.suggestion == "Svar i samma e-posttråd."
    assert {newer.verdict, thread.verdict, action.verdict} == {"waiting"}


def test_a_notice_entered_by_hand_is_recognised_too(region):
    case = making.entered(region, fields={"fsn_ref": "FSN-2026-17", "fsca_ref": ""})

    assert taken(mail("FSN-referens: FSN-2026-17", pdf=False)).suggested_notice.case == case


# --- decided ------------------------------------------------------------------------------------


def test_promoted_it_is_a_notice_with_its_fields_places_and_files(region):
    message = taken()

    case = deciding.promote(message, {**values(message), "2.2": "Överdos"}, by=region.coordinator)

    notice = SafetyNotice.objects.get(case=case)
    assert (case.title, case.status, notice.channel) == ("Volumed 300", "received", "mail")
    assert (notice.fsn_ref, notice.manufacturer_text) == ("FSN-2026-17", "Volumed AB")
    assert notice.reply_address == "fsn@volumed.example"
    assert notice.fields.get(code="fsn_ref").place == "meddelande.pdf, sida 1, rad 2"
    assert notice.fields.get(code="2.2").place == ""
    assert [one.name for one in case.attachments.all()] == ["meddelande.pdf"]
    message.refresh_from_db()
    assert (message.verdict, message.notice, message.decided_by) == (
        "notice",
        notice,
        region.coordinator,
    )


def test_promoted_twice_it_is_one_notice(region):
    message = taken()

    first = deciding.promote(message, values(message), by=region.coordinator)
    again = deciding.promote(message, values(message), by=region.coordinator)

    assert first == again
    assert Case.objects.count() == 1


def test_added_to_a_notice_its_files_are_in_the_case(region):
    case = making.entered(region)
    message = taken()

    deciding.add_to(message, case.safety_notice, by=region.coordinator)

    message.refresh_from_db()
    assert (message.verdict, message.notice.case) == ("follow_up", case)
    assert [one.name for one in case.attachments.all()] == ["meddelande.pdf"]


def test_set_aside_with_a_reason_and_brought_back(region):
    message = taken()
    with pytest.raises(NotReady, match="varför"):
        deciding.set_aside(message, "  ", by=region.coordinator)

    deciding.set_aside(message, "Reklam", by=region.coordinator)
    message.refresh_from_db()
    assert (message.verdict, message.reason) == ("set_aside", "Reklam")

    deciding.bring_back(message, by=region.coordinator)
    message.refresh_from_db()
    assert (message.verdict, message.reason, message.decided_at) == ("waiting", "", None)


def test_what_is_decided_is_not_decided_otherwise(region):
    message = taken()
    deciding.set_aside(message, "Reklam", by=region.coordinator)

    with pytest.raises(NotReady, match="redan avgjort"):
        deciding.promote(message, values(message), by=region.coordinator)
    assert not Case.objects.exists()


def test_what_somebody_else_has_changed_is_looked_at_again(region):
    message = taken()

    with pytest.raises(Stale):
        deciding.promote(message, values(message), by=region.coordinator, version=7)


def test_what_is_not_read_yet_is_not_decided(region):
    message = intake.take_in(io.BytesIO(mail()), door="mail", received_at=timezone.now()).message

    with pytest.raises(NotReady, match="läses fortfarande"):
        deciding.promote(message, {}, by=region.coordinator)


@pytest.mark.parametrize("who", ["investigator"])
def test_nobody_else_decides(region, who):
    message = taken()
    person = getattr(region, who)

    for act in (
        lambda: deciding.promote(message, values(message), by=person),
        lambda: deciding.set_aside(message, "Reklam", by=person),
        lambda: deciding.bring_back(message, by=person),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_stopped_file_does_not_go_into_the_case(region):
    message = taken()
    IncomingFile.objects.update(verdict=Attachment.Verdict.REFUSED)

    case = deciding.promote(message, values(message), by=region.coordinator)

    assert not case.attachments.exists()


# --- written in a form --------------------------------------------------------------------------


def written(submission, text="Pumpen stannar", **more):
    told = {"subject": "Volumed 300", "text": text, "sender": "a@b.example", "sender_name": "Anna"}
    return intake.take_written(
        {"text": text}, door="form", submission=submission, **{**told, **more}
    )


def test_the_same_sending_is_one_message():
    submission = uuid4()

    first, again = written(submission), written(submission, text="Ändrad")

    assert (first.is_new, again.is_new, first.message) == (True, False, again.message)
    assert reading.read(first.message.pk)
    first.message.refresh_from_db()
    assert (first.message.text, first.message.sender_name) == ("Pumpen stannar", "Anna")


@pytest.mark.django_db(transaction=True)
@pytest.mark.races
def test_two_at_once_are_one_message():
    raw, submission = mail(), uuid4()

    def take():
        return intake.take_in(io.BytesIO(raw), door="mail", received_at=timezone.now()).is_new

    assert sorted(at_once(take, take, take)) == [False, False, True]
    sent = at_once(*[lambda: written(submission).is_new] * 3)
    assert sorted(sent) == [False, False, True]
    assert IncomingMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.races
def test_two_coordinators_at_once_make_one_notice():
    region, message = Region(), taken()
    told = values(message)

    def promote():
        try:
            return deciding.promote(message, told, by=region.coordinator).number
        except NotReady:
            return None

    assert len(set(at_once(promote, promote))) == 1
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (
            {"verdict": "notice", "decided_at": timezone.now()},
            "incoming_message_leads_to_a_notice_or_not",
        ),
        ({"decided_at": timezone.now()}, "incoming_message_is_decided_or_waits"),
        ({"verdict": "quarantine"}, "incoming_message_in_quarantine_says_why"),
        (
            {"verdict": "set_aside", "decided_at": timezone.now()},
            "incoming_message_set_aside_says_why",
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(wrong, constraint):
    message = taken()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        IncomingMessage.objects.filter(pk=message.pk).update(**wrong)


def test_a_message_is_no_duplicate_of_itself():
    message = taken()

    with pytest.raises(IntegrityError, match="no_duplicate_of_itself"), transaction.atomic():
        IncomingMessage.objects.filter(pk=message.pk).update(duplicate_of=message.pk)
