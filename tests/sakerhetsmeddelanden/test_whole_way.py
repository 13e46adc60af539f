"""Real recalls the whole way: mailed, taken in, read, promoted, targeted, sent out, answered, replied.

A few recalls against a few hundred devices by default. With VARSAM_WHOLE_WAY=600 so many recalls,
drawn by the printed seed, or all of them with VARSAM_WHOLE_WAY=all, against 50,000 devices, in an
order that the seed draws: what is reported on the way stands for them all. The coordinator of the
test mends no field, empties days that are none ("immediately"), and judges by hand each device
that the register does not know enough of. A recall that fails is told with its traceback, the
others go on, and the test fails at its end.
"""

import os
import time
import traceback
from collections import Counter, defaultdict
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils import timezone

from patientsakerhet.organisation.models import Role
from sakerhetsmeddelanden.actions import (
    deciding,
    distribution,
    handling,
    mailbox,
    notices,
    reading,
    replies,
    target,
)
from sakerhetsmeddelanden.models import (
    IncomingMessage,
    Recipient,
    RecipientDevice,
    RiskClass,
    SafetyNotice,
    SupplierReply,
)
from tests.factories import Region, fresh, person_as
from tests.sakerhetsmeddelanden import making, recalled, sending
from tests.sakerhetsmeddelanden.intake import rendered

pytestmark = [pytest.mark.django_db, pytest.mark.long]

FEW, SMALL, LARGE = 6, 90, 50_000


class Report:
    """What went right of what there was, and how long each stage took."""

    def __init__(self):
        self.right, self.of = Counter(), Counter()
        self.seconds = defaultdict(float)
        self.stopped, self.misread, self.failed = [], [], []
        self.began, self.cpu = time.monotonic(), sum(os.times()[:4])

    def count(self, what, right, of=1):
        self.right[what] += right
        self.of[what] += of

    def share(self, what):
        return self.right[what] / self.of[what] if self.of[what] else 1.0

    @contextmanager
    def stage(self, name):
        began = time.monotonic()
        yield
        self.seconds[name] += time.monotonic() - began

    def lines(self, count):
        yield from (
            f"{what}: {100 * self.share(what):.2f} % ({self.right[what]} of {self.of[what]})"
            for what in self.of
        )
        yield from (f"{name}: {took / count:.3f} s" for name, took in self.seconds.items())
        yield f"stopped: {self.stopped}"
        yield f"misread: {self.misread}"
        yield f"failed: {self.failed}"

    def pace(self, count):
        """How long each of so many took since this was asked last, by the clock and in Python."""
        began, cpu = self.began, self.cpu
        self.began, self.cpu = time.monotonic(), sum(os.times()[:4])
        took, used = (self.began - began) / count, (self.cpu - cpu) / count
        return (
            f"the last {count}: {took:.2f} s each by the clock, {used:.2f} s of Python's processor"
        )


@pytest.fixture
def wanted():
    """How many recalls, None for all."""
    told = os.environ.get("VARSAM_WHOLE_WAY", "")
    return FEW if not told else None if told == "all" else int(told)


@pytest.fixture
def recalls():
    if not rendered.RECALLS.exists():
        pytest.skip(f"the optional data folder is absent: {rendered.RECALLS.parent}")
    return rendered.recalls()


def test_real_recalls_go_the_whole_way(
    recalls, wanted, chance, to_pdf, imap_server, settings, capsys
):
    region, report = Region(), Report()
    drawn = chance.sample(recalls, len(recalls) if wanted is None else wanted)
    about = recalled.notices(drawn if wanted == FEW else recalls)
    devices = SMALL if wanted == FEW else LARGE
    truth = recalled.settle(about, devices=devices, region=region, seed=7)
    region.manager = person_as(Role.UNIT_MANAGER, region.hospital)
    user = f"hela-vagen-{os.getpid()}"
    settings.IMAP = imap_server.mailbox(user)

    report.pace(1)
    for done, recall in enumerate(drawn, start=1):
        layout = rendered.LAYOUTS[(done - 1) % len(rendered.LAYOUTS)]
        made, raw = rendered.rendered(recall, layout, to_pdf)
        imap_server.lay(user, raw.replace(b"\n", b"\r\n"))
        try:
            with transaction.atomic():
                one_mail(made, truth, region, report, chance)
        except Exception:  # noqa: BLE001  whatever it is, it is told and fails the test at its end
            report.failed.append(f"{made.number}: {traceback.format_exc()}")
        if done % 100 == 0 or done == len(drawn):
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # nobody else sees the rows of a test to gather them
            with capsys.disabled():
                print(f"\n{done} recalls the whole way against {devices} devices:")
                told = [report.pace(done % 100 or 100), *report.lines(done)]
                print("  " + "\n  ".join(told), flush=True)

    assert not report.failed
    assert report.share("units chosen that are concerned") >= 0.99
    assert report.share("affected devices found or left to somebody") >= 0.97
    assert report.share("concerned units sent to") >= 0.97
    assert len(report.stopped) <= done // 20
    assert SafetyNotice.objects.count() == done
    assert SupplierReply.objects.count() == done - len(report.stopped)


def one_mail(made, truth, region, report, chance):
    """From the mailbox to what is read, and all the way on."""
    with report.stage("taken in from the mailbox"):
        assert mailbox.empty().taken_in == 1
    with report.stage("read"):
        assert reading.sweep() == 1
    message = IncomingMessage.objects.order_by("-pk").first()
    assert message.verdict == "waiting", made.number
    values = {one.code: one.value for one in message.proposals.all()}
    for code, right in made.truth.items():
        is_right = rendered.is_right(code, values.get(code, ""), right)
        report.count(code, is_right)
        if not is_right:
            report.misread.append(f"{made.number} {code}: {values.get(code, '')[:60]!r}")
    one_notice(message, values, made, truth, region, report, chance)


def one_notice(message, values, made, truth, region, report, chance):
    """From a message that has been read to a reply to the supplier."""
    by = region.coordinator
    with report.stage("promoted"):
        case = deciding.promote(message, values, by=by)
    notice = SafetyNotice.objects.get(pk=case.pk)
    values = {one.code: one.proposed for one in notice.fields.all()}
    _, no_dates = notices.columns_of(values)
    report.count("read fields that could be confirmed", len(values) - len(no_dates), len(values))
    with report.stage("confirmed and judged"):
        handling.confirm_fields(case, {**values, **dict.fromkeys(no_dates, "")}, by=by)
        case = handling.take_step(fresh(case), "register", by=by)
        case = handling.take_step(case, "assess", by=by)
        handling.judge(
            case,
            by=by,
            risk_class=RiskClass.objects.current().get(code="yellow"),
            urgency=SafetyNotice.Urgency.values[0],
            reason="Felet kan fördröja vård.",
        )
    with report.stage("targeted"):
        found = target.target(fresh(case), by=by)
    sure = {hit.device_id for hits in found.hits.values() for hit in hits}
    told_apart = truth.affected(made)
    unsure = list(notice.undecided.all())
    report.count("devices chosen that are affected", len(sure & told_apart), len(sure))
    report.count("affected devices found", len(sure & told_apart), len(told_apart))
    somebody = sure | {one.device_id for one in unsure}
    report.count(
        "affected devices found or left to somebody", len(somebody & told_apart), len(told_apart)
    )
    with report.stage("judged by hand"):
        for decision in ("included", "excluded"):
            rows = [
                one for one in unsure if (one.device_id in told_apart) == (decision == "included")
            ]
            if rows:
                target.decide_devices(
                    fresh(case), rows, decision=decision, by=by, reason="Läst på utrustningen."
                )
    chosen = set(notice.recipients.filter(status="selected").values_list("unit", flat=True))
    concerned = truth.holders(told_apart)
    report.count("units chosen that are concerned", len(chosen & concerned), len(chosen))
    report.count("concerned units sent to", len(chosen & concerned), len(concerned))
    if not chosen:
        report.stopped.append(made.number)
        return
    with report.stage("sent out"):
        sent = distribution.distribute(fresh(case), by=by)
        while not distribution.proceed(sent, seconds=60):
            continue
        sending.hand_over()
    with report.stage("answered"):
        answer(notice, told_apart, region, report, chance)
    with report.stage("reply made"):
        reply = replies.prepare(
            fresh(case), by=by, form="customer", language="sv", details=making.REPLY, partial=True
        )
    units = Recipient.objects.filter(notice=notice).exclude(status="removed")
    settled = units.filter(status__in=("action_done", "not_affected"))
    assert (reply.settled, reply.total) == (settled.count(), units.count())


def answer(notice, told_apart, region, report, chance):
    """Four of five units say of each device what they have done; the rest are silent."""
    today = timezone.localdate()
    for recipient in notice.recipients.exclude(status="removed").order_by("pk"):
        if chance.random() < 0.2:
            continue
        said = {
            one.pk: sending.DeviceSaid(
                "quarantined" if one.device_id in told_apart else "not_affected", on=today
            )
            for one in recipient.devices.all()
        }
        recipient = sending.recipient_of(notice, recipient.unit)
        if any(one.outcome == "quarantined" for one in said.values()):
            sending.affected(recipient, region.manager, done=True, devices=said)
        else:
            sending.not_affected(recipient, region.manager, devices=said)
    answered = RecipientDevice.objects.filter(recipient__notice=notice).exclude(outcome="")
    silent = RecipientDevice.objects.filter(recipient__notice=notice, outcome="")
    report.count("devices answered for", answered.count(), answered.count() + silent.count())
