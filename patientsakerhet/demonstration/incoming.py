"""Mails in the functional mailbox that wait for a coordinator: a new version, a new notice, a false one, an advertisement."""

from __future__ import annotations

import io
import tomllib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from patientsakerhet.lib import calendar
from patientsakerhet.register.models import Party
from patientsakerhet.register.spelling import party_spelling
from sakerhetsmeddelanden.actions import intake
from sakerhetsmeddelanden.models import IncomingMessage, SafetyNotice
from sakerhetsmeddelanden.workflow import AWAITING_UNITS

DATA = Path(__file__).parent / "data" / "incoming.toml"


def bring(*, now: datetime) -> int:
    """The mails, after the notices that they are about; how many. The worker reads them as any other."""
    told = _told(now)
    mails = tomllib.loads(DATA.read_text())["mail"]
    for number, one in enumerate(mails):
        mail = _mail(one, told, number, at=now - timedelta(hours=one["hours"]))
        intake.take_in(
            io.BytesIO(mail.as_bytes()),
            door=IncomingMessage.Door.MAIL,
            received_at=now - timedelta(hours=one["hours"]),
        )
    return len(mails)


def _told(now: datetime) -> dict[str, dict[str, str]]:
    """What the mails are about: the newest notice that is out, and the one before it."""
    out = SafetyNotice.objects.filter(case__status=AWAITING_UNITS).order_by("-received_at")
    newest, other = out.select_related("manufacturer")[:2]
    return {
        "open": _words(newest, now),
        "model": _words(other, now),
        "lookalike": _words(newest, now),
    }


def _words(notice: SafetyNotice, now: datetime) -> dict[str, str]:
    product = notice.products.prefetch_related("models_chosen")[0]
    model = product.models_chosen.all()[0]
    maker = notice.manufacturer or model.manufacturer
    today = calendar.local_day(now)
    domain = _domain_of(maker)
    return {
        "name": product.trade_name,
        "number": model.catalogue_number or model.model_number or model.name,
        "maker": maker.name,
        "domain": domain,
        "lookalike": domain.replace(".example", "-se.example"),
        "fsn": notice.fsn_ref,
        "fsca": notice.fsca_ref,
        "year": str(today.year),
        "date": today.isoformat(),
        "reply_by": (today + timedelta(days=21)).isoformat(),
    }


def _domain_of(maker: Party) -> str:
    """The maker's mail domain, which the register knows from here on."""
    if not maker.mail_domains:
        maker.mail_domains = [f"{party_spelling(maker.name.split()[0])}.example"]
        maker.save(update_fields=["mail_domains"])
    return maker.mail_domains[0]


def _mail(
    one: dict[str, Any], told: dict[str, dict[str, str]], number: int, *, at: datetime
) -> EmailMessage:
    words = told[one["about"]]
    mail = EmailMessage()
    sender = one["sender"].format(**words)
    mail["Subject"] = one["subject"].format(**words)
    mail["From"] = f'"{one["sender_name"].format(**words)}" <{sender}>'
    mail["To"] = "sakerhetsmeddelanden@region.example"
    mail["Message-ID"] = f"<demonstration-{number}@{sender.rpartition('@')[2]}>"
    mail["Date"] = format_datetime(at)
    mail.set_content(one["text"].format(**words).lstrip())
    return mail
