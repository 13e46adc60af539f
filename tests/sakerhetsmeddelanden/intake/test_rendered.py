"""Real recalls rendered as mails and PDF files in eight layouts, and how much of them is read right.

A sample by default; all 3,317 with VARSAM_ALL_RECALLS=1. The recalls are the U.S. FDA's public
records of those distributed to Sweden; they are read in place and never copied into the project.
"""

import os
import random
from collections import Counter

import pytest

from sakerhetsmeddelanden.intake import limited
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
def to_pdf(chromium):
    """HTML as the PDF file that a browser prints."""
    page = chromium.new_page()

    def make(html):
        page.set_content(html)
        return page.pdf(format="A4")

    yield make
    page.close()


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
