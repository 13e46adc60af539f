"""Delivery reports and automatic answers are told apart, and nothing in them can harm the reader."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patientsakerhet.lib import returned_mail
from patientsakerhet.lib.returned_mail import LARGEST, MOST, Unreadable, read
from tests.lib.returned_mails import (
    ARRIVED,
    AUTOMATIC,
    FAILURES,
    OURS,
    POSTFIX_UNKNOWN,
    QMAIL,
    READ_RECEIPT,
    REPLY,
    crlf,
)


@pytest.mark.parametrize("name", FAILURES)
def test_a_report_names_whom_it_could_not_reach(name):
    sample, expected = FAILURES[name]

    mail = read(crlf(sample))

    told = [(one.address, one.status, one.is_hard, one.is_final) for one in mail.failures]
    assert told == expected
    assert (mail.is_report, mail.is_automatic, mail.reports_success) == (True, True, False)
    assert OURS in mail.about
    assert "svar+b-x@region.example" in mail.to


@pytest.mark.parametrize("name", FAILURES)
def test_line_breaks_without_carriage_return_are_read_alike(name):
    sample, _ = FAILURES[name]

    assert read(crlf(sample).replace(b"\r\n", b"\n")) == read(crlf(sample))


@pytest.mark.parametrize(
    ("status", "is_hard"),
    [("5.0.0", True), ("5.2.2", True), ("5.7.1", True), ("5.4.4", False), ("4.7.1", False)],
)
def test_a_failure_is_hard_by_its_status(status, is_hard):
    mail = read(crlf(POSTFIX_UNKNOWN.replace("Status: 5.1.1", f"Status: {status} (said so)")))

    assert [(one.status, one.is_hard) for one in mail.failures] == [(status, is_hard)]


def test_a_report_of_arrival_is_no_failure():
    mail = read(crlf(ARRIVED))

    assert (mail.is_report, mail.reports_success, mail.failures) == (True, True, ())


def test_what_comes_from_nobody_is_a_report_without_a_reason():
    mail = read(crlf(QMAIL))

    assert (mail.is_report, mail.reports_success, mail.failures) == (True, False, ())


@pytest.mark.parametrize("name", AUTOMATIC)
def test_an_automatic_answer_is_no_answer_and_no_failure(name):
    mail = read(crlf(AUTOMATIC[name]))

    assert (mail.is_report, mail.is_automatic, mail.failures) == (False, True, ())
    assert OURS in mail.about


@pytest.mark.parametrize(
    ("line", "is_automatic"),
    [
        ("Auto-Submitted: no", False),
        ("auto-submitted: NO; x=1", False),
        ("Auto-Submitted: auto-notified", True),
        ("Precedence: list", True),
        ("Precedence: normal", False),
        ("X-Autorespond: ja", True),
        ("X-Auto-Response-Suppress: OOF", False),  # a wish not to be answered says nothing
    ],
)
def test_who_wrote_it_is_read_in_its_head(line, is_automatic):
    mail = read(crlf(REPLY.replace("Auto-Submitted: no", line)))

    assert mail.is_automatic == is_automatic


def test_a_reply_is_a_reply():
    mail = read(crlf(REPLY))

    assert (mail.is_report, mail.is_automatic, mail.about) == (False, False, (OURS,))


def test_a_mail_from_nobody_that_answers_by_itself_is_not_a_failure():
    assert not read(crlf(AUTOMATIC["exchange absence"])).is_report
    assert not read(crlf(READ_RECEIPT)).is_report


# --- hostile ----------------------------------------------------------------------------------


def nested(levels):
    heads = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels)
    )
    return b"Return-Path: <>\n" + heads + b"Content-Type: text/plain\n\nx\n"


def test_a_mail_larger_than_any_report_is_not_read():
    with pytest.raises(Unreadable):
        read(b"Subject: x\n\n" + b"x" * LARGEST)


def test_parts_within_parts_end_somewhere():
    assert read(nested(returned_mail.MOST_PARTS - 1)).is_automatic
    with pytest.raises(Unreadable):
        read(nested(5_000))


def test_more_recipients_than_we_write_to_are_not_all_read():
    group = "Final-Recipient: rfc822; a{n}@x.example\nAction: failed\nStatus: 5.1.1\n\n"
    many = "".join(group.format(n=n) for n in range(5_000))
    sample = POSTFIX_UNKNOWN.replace("Final-Recipient", many + "Final-Recipient", 1)

    assert len(read(crlf(sample)).failures) == MOST


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01\xff",
        b"Content-Type: multipart/report; report-type=delivery-status\n\nno boundary",
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Content-Type: message/global-delivery-status\n\nFinal-Recipient: utf-8; \xc3\xa5@x\n"
        b"Action: failed\nStatus: 5.1.1\n",
        b"Return-Path: <>\nTo: \xff\xfe <a@b>\nContent-Type: text/plain; charset=no-such\n\nx",
        b"Message-ID: \xe5\nIn-Reply-To: <" + b"a" * 100_000 + b"@b>\n\n",
        b"To: " + b"a@b.example, " * 20_000 + b"\n\n",
        b"References: " + b"<" * 200_000 + b"\n\n",
        b"Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nx: y",
    ],
)
def test_nonsense_is_read_quickly_and_without_an_error(raw):
    began = time.process_time()

    read(raw)

    assert time.process_time() - began < 2


@given(st.binary(max_size=400), st.integers(0, 2_000), st.integers(0, 300))
@settings(max_examples=300)
def test_a_report_with_anything_in_its_middle_is_read_or_refused(junk, at, cut):
    sample = crlf(POSTFIX_UNKNOWN)

    try:
        read(sample[:at] + junk + sample[at + cut :])
    except Unreadable:
        return
