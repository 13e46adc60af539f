"""Mails as servers and programs send them back; {to} is where to, {id} what they are about."""

OURS = "<6f1f7a1e-6d5e-4a0c-9a52-0f6f3c1d2b7a@region.example>"


def crlf(text, *, to="svar+b-x@region.example", about=OURS, **more):
    filled = text.lstrip("\n").format(to=to, id=about, **more)
    return filled.replace("\n", "\r\n").encode()


POSTFIX_UNKNOWN = """
Return-Path: <>
X-Original-To: {to}
Delivered-To: {to}
Received: by mail.vard.example (Postfix) id 4F9C71A0; Sun, 29 Nov 2026 08:14:03 +0100 (CET)
Date: Sun, 29 Nov 2026 08:14:03 +0100 (CET)
From: MAILER-DAEMON@mail.vard.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F9C71A0.1764400443/mail.vard.example"
Message-Id: <20261129071403.4F9C71A0@mail.vard.example>

This is a MIME-encapsulated message.

--4F9C71A0.1764400443/mail.vard.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.vard.example.

<avd4@vard.example>: host mx.vard.example[192.0.2.7] said: 550 5.1.1
    <avd4@vard.example>: Recipient address rejected: User unknown

--4F9C71A0.1764400443/mail.vard.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.vard.example
X-Postfix-Queue-ID: 4F9C71A0
X-Postfix-Sender: rfc822; {to}
Arrival-Date: Sun, 29 Nov 2026 08:14:01 +0100 (CET)

Final-Recipient: rfc822; avd4@vard.example
Original-Recipient: rfc822;avd4@vard.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.vard.example
Diagnostic-Code: smtp; 550 5.1.1 <avd4@vard.example>: Recipient address
    rejected: User unknown

--4F9C71A0.1764400443/mail.vard.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{to}>
From: Varsam <varsam@region.example>
To: avd4@vard.example
Subject: =?utf-8?q?S=C3=A4kerhetsmeddelande?= SM-2026-00012
Message-ID: {id}

--4F9C71A0.1764400443/mail.vard.example--
"""

EXCHANGE_UNKNOWN = """
From: Microsoft Outlook <postmaster@kommun.example>
To: {to}
Date: Sun, 29 Nov 2026 07:20:11 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="5f8b-aa"
Content-Language: sv-SE
Message-ID: <a1b2@kommun.example>
In-Reply-To: {id}
References: {id}
Subject: =?utf-8?Q?Kan_inte_levereras:_S=C3=A4kerhetsmeddelande?=
Auto-Submitted: auto-replied
X-MS-Exchange-Message-Is-Ndr:

--5f8b-aa
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="5f8b-ab"

--5f8b-ab
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

RGl0dCBtZWRkZWxhbmRlIGtvbSBpbnRlIGZyYW0u

--5f8b-ab
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PGI+RGl0dCBtZWRkZWxhbmRlPC9iPg==

--5f8b-ab--

--5f8b-aa
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.kommun.example
Received-From-MTA: dns;relay.region.example
Arrival-Date: Sun, 29 Nov 2026 07:20:10 +0000

Final-Recipient: rfc822;hemsjukvarden@kommun.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--5f8b-aa
Content-Type: message/rfc822

From: Varsam <varsam@region.example>
To: hemsjukvarden@kommun.example
Message-ID: {id}
Subject: SM-2026-00012

Hej!

--5f8b-aa--
"""

SENDMAIL_DELAYED = """
Return-Path: <>
From: Mail Delivery Subsystem <MAILER-DAEMON@relay.region.example>
To: {to}
Subject: Warning: could not send message for past 4 hours
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="oAT9"
Auto-Submitted: auto-generated (warning-timeout)

--oAT9

    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **

--oAT9
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.region.example
Arrival-Date: Sun, 29 Nov 2026 04:14:01 +0100

Final-Recipient: RFC822; dialys@klinik.example
Action: delayed
Status: 4.4.1
Remote-MTA: DNS; mx.klinik.example
Last-Attempt-Date: Sun, 29 Nov 2026 08:15:01 +0100
Will-Retry-Until: Thu, 3 Dec 2026 04:14:01 +0100

--oAT9
Content-Type: text/rfc822-headers

Message-ID: {id}

--oAT9--
"""

GAVE_UP_AFTER_DAYS = """
Return-Path: <>
To: {to}
From: Mail Delivery System <Mailer-Daemon@relay.region.example>
Subject: Mail delivery failed: returning message to sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=eximdsn
MIME-Version: 1.0

--eximdsn
Content-type: text/plain; charset=us-ascii

  dialys@klinik.example
    host mx.klinik.example [192.0.2.9]: 452 4.2.2 Mailbox full: retry timeout exceeded

--eximdsn
Content-type: message/delivery-status

Reporting-MTA: dns; relay.region.example

Action: failed
Final-Recipient: rfc822;dialys@klinik.example
Status: 4.2.2
Remote-MTA: dns; mx.klinik.example
Diagnostic-Code: smtp; 452 4.2.2 Mailbox full

--eximdsn
Content-type: message/rfc822

Message-ID: {id}
To: dialys@klinik.example

Hej!
--eximdsn--
"""

NO_ROUTE = POSTFIX_UNKNOWN.replace("Status: 5.1.1", "Status: 5.4.4")

ONLY_A_DIAGNOSIS = (
    POSTFIX_UNKNOWN.replace("Status: 5.1.1\n", "Status: okänd\n")
    .replace("smtp; 550 5.1.1 <avd4@vard.example>", "smtp; 554 delivery error <avd4@vard.example>")
    .replace("Auto-Submitted: auto-replied\n", "")
)

QMAIL = """
Return-Path: <>
Delivered-To: {to}
Received: (qmail 12345 invoked for bounce); 29 Nov 2026 07:00:00 -0000
Date: 29 Nov 2026 07:00:00 -0000
From: MAILER-DAEMON@mx.klinik.example
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.klinik.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<dialys@klinik.example>:
Sorry, no mailbox here by that name. (#5.1.1)
"""

ARRIVED = (
    POSTFIX_UNKNOWN.replace("Action: failed", "Action: relayed (to non-DSN-aware mailer)")
    .replace("Status: 5.1.1", "Status: 2.0.0")
    .replace("smtp; 550 5.1.1", "smtp; 250 2.0.0")
)

GROUP_ADDRESS = POSTFIX_UNKNOWN.replace(
    "Final-Recipient: rfc822; avd4@vard.example\n",
    "Final-Recipient: rfc822; sen@vard.example\nAction: delayed\nStatus: 4.4.7\n\n"
    "Final-Recipient: rfc822; avd4@vard.example\n",
)

FAILURES = {
    "postfix, unknown": (POSTFIX_UNKNOWN, [("avd4@vard.example", "5.1.1", True, True)]),
    "exchange, unknown": (
        EXCHANGE_UNKNOWN,
        [("hemsjukvarden@kommun.example", "5.1.10", True, True)],
    ),
    "sendmail, delayed": (SENDMAIL_DELAYED, [("dialys@klinik.example", "4.4.1", False, False)]),
    "exim, gave up": (GAVE_UP_AFTER_DAYS, [("dialys@klinik.example", "4.2.2", False, True)]),
    "no route": (NO_ROUTE, [("avd4@vard.example", "5.4.4", False, True)]),
    "only a diagnosis": (ONLY_A_DIAGNOSIS, [("avd4@vard.example", "554", True, True)]),
    "a group address": (
        GROUP_ADDRESS,
        [
            ("sen@vard.example", "4.4.7", False, False),
            ("avd4@vard.example", "5.1.1", True, True),
        ],
    ),
}

EXCHANGE_ABSENCE = """
Return-Path: <>
From: Dialysen <dialys@klinik.example>
To: Varsam <{to}>
Subject: Autosvar: =?utf-8?Q?S=C3=A4kerhetsmeddelande_SM-2026-00012?=
Date: Sun, 29 Nov 2026 07:20:12 +0000
Message-ID: <f00@klinik.example>
In-Reply-To: {id}
X-Auto-Response-Suppress: All
Auto-Submitted: auto-generated
Content-Type: text/plain; charset="utf-8"

Mottagningen =C3=A4r st=C3=A4ngd. Vi svarar p=C3=A5 m=C3=A5ndag.
"""

VACATION = """
Return-Path: <>
From: Eva <eva@kommun.example>
To: {to}
Subject: Semester
In-Reply-To: {id}
Auto-Submitted: auto-replied (vacation)
Precedence: bulk

Jag är ledig.
"""

OLD_RESPONDER = """
Return-Path: <info@klinik.example>
From: info@klinik.example
To: {to}
Subject: Tack för ditt mejl
References: <annan@x.example> {id}
X-Autoreply: yes

Vi har tagit emot ditt mejl.
"""

BULK = OLD_RESPONDER.replace("X-Autoreply: yes", "Precedence: junk")

READ_RECEIPT = """
From: Eva <eva@kommun.example>
To: {to}
Subject: Read: SM-2026-00012
References: {id}
Content-Type: multipart/report; report-type=disposition-notification; boundary=mdn

--mdn
Content-Type: text/plain

Your message was read.

--mdn
Content-Type: message/disposition-notification

Final-Recipient: rfc822;eva@kommun.example
Original-Message-ID: {id}
Disposition: automatic-action/MDN-sent-automatically; displayed

--mdn--
"""

AUTOMATIC = {
    "exchange absence": EXCHANGE_ABSENCE,
    "vacation": VACATION,
    "old responder": OLD_RESPONDER,
    "bulk": BULK,
    "read receipt": READ_RECEIPT,
}

REPLY = """
Return-Path: <eva@kommun.example>
From: Eva <eva@kommun.example>
To: Varsam <varsam@region.example>
Subject: Sv: SM-2026-00012
In-Reply-To: {id}
Auto-Submitted: no
Content-Type: text/plain; charset=utf-8

Vi har inga sådana pumpar.
"""
