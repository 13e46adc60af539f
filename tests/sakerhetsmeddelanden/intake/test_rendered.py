"""Real recalls rendered as mails and PDF files in eight layouts, and how much of them is read right.

A sample by default; all 3,317 with VARSAM_ALL_RECALLS=1. The recalls are the U.S. FDA's public
records of those distributed to Sweden; they are read in place and never copied into the project.
"""

import hashlib
import os
import random
import time
from collections import Counter

import pytest

from sakerhetsmeddelanden.actions import deciding, mailbox, reading
from sakerhetsmeddelanden.intake import limited
from sakerhetsmeddelanden.models import IncomingMessage, SafetyNotice
from tests.factories import Region
from tests.sakerhetsmeddelanden.intake import rendered

SAMPLE = 96
FLOORS = {
    "fsn_ref": 0.99,
    "fsca_ref": 0.99,
    "date": 0.99,
    "1.2": 0.95,
    "1.3": 0.99,
    "1.5": 0.97,
    "1.6": 0.97,
    "1.7": 0.97,
    "2.1": 0.90,
    "3.1": 0.95,
    "3.4": 0.97,
    "3.4_by": 0.97,
    "3.5": 0.97,
    "4.1": 0.97,
    "4.7": 0.93,
}


@pytest.fixture(scope="module")
def recalls():
    if not rendered.RECALLS.exists():
        pytest.skip(f"the optional data folder is absent: {rendered.RECALLS.parent}")
    rows = rendered.recalls()
    if os.environ.get("VARSAM_ALL_RECALLS"):
        return rows
    return random.Random(7).sample(rows, SAMPLE)


def test_the_file_holds_every_recall(recalls):
    assert len(rendered.recalls()) == 3317


@pytest.mark.thorough
def test_the_fields_of_rendered_recalls_are_read_right(recalls, to_pdf, tmp_path, capsys):
    right, of, wrong = Counter(), Counter(), []
    for number, recall in enumerate(recalls):
        layout = rendered.LAYOUTS[number % len(rendered.LAYOUTS)]
        made, raw = rendered.rendered(recall, layout, to_pdf)
        original, folder = tmp_path / f"{number}.eml", tmp_path / f"{number}"
        original.write_bytes(raw)
        folder.mkdir()
        reading = limited.read_mail(original, folder, trusted=[])
        assert not reading.problem, made.number
        found = {one.code: one.value for one in reading.fields}
        for code, truth in made.truth.items():
            of[code] += 1
            if rendered.is_right(code, found.get(code, ""), truth):
                right[code] += 1
            else:
                wrong.append((made.number, layout.__name__, code))
    with capsys.disabled():
        shares = ", ".join(f"{code} {100 * right[code] / of[code]:.1f} %" for code in of)
        print(f"\n{len(recalls)} recalls read right: {shares}")
    assert {c: right[c] / of[c] for c in of if right[c] / of[c] < FLOORS[c]} == {}, wrong


@pytest.mark.long
@pytest.mark.django_db
def test_recalls_filed_in_the_mailbox_become_notices(
    recalls, to_pdf, imap_server, settings, capsys
):
    """The whole way: a real mail server, taken in, read, promoted; and the way repeated adds nothing."""
    chosen = recalls if os.environ.get("VARSAM_ALL_RECALLS") else recalls[:16]
    user, region, began = f"aterkallelser-{os.getpid()}", Region(), time.monotonic()
    settings.IMAP = imap_server.mailbox(user)
    made = {}
    for number, recall in enumerate(chosen):
        layout = rendered.LAYOUTS[number % len(rendered.LAYOUTS)]
        notice, raw = rendered.rendered(recall, layout, to_pdf)
        made[hashlib.sha256(raw.replace(b"\n", b"\r\n")).hexdigest()] = notice
        imap_server.lay(user, raw.replace(b"\n", b"\r\n"))

    while mailbox.empty().left:
        pass
    while reading.sweep():
        pass

    messages = list(IncomingMessage.objects.order_by("pk"))
    assert {one.sha256 for one in messages} == set(made)
    assert {one.verdict for one in messages} == {"waiting"}
    for message in messages:
        values = {one.code: one.value for one in message.proposals.all()}
        deciding.promote(message, values, by=region.coordinator)
    numbers = set(SafetyNotice.objects.values_list("fsca_ref", flat=True))
    assert numbers == {one.truth["fsca_ref"] for one in made.values()}
    with capsys.disabled():
        took = (time.monotonic() - began) / len(made)
        print(f"\n{len(made)} recalls from mailbox to notice, {took:.2f} s each")
    assert mailbox.empty().taken_in == 0
    assert imap_server.count(user) == 0
