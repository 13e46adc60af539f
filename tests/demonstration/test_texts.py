"""Reports read as written by many different tired people, and identify nobody."""

import json
import random
from datetime import datetime
from pathlib import Path

import pytest

from patientsakerhet.demonstration import noise, prose, texts
from patientsakerhet.demonstration.region import region
from patientsakerhet.demonstration.scene import set_scene
from patientsakerhet.lib import personal_numbers
from patientsakerhet.lib.calendar import SWEDEN
from patientsakerhet.lib.text import clean

PUBLISHED = (
    Path(__file__).resolve().parents[3] / "shared/data/swedish/personnummer_test_numbers.json"
)


def free_texts(case):
    return (
        case.title,
        case.what_happened,
        case.immediate_action,
        case.consequence,
        case.could_have_happened,
        case.suggestion,
        case.place,
        case.device_text,
        case.device_serial,
        case.system_text,
        *(said.text for said in case.said),
        *(noted.text for noted in case.noted),
        *(moment.text for moment in case.timeline),
        *(measure.title for measure in case.measures),
    )


def test_more_than_nine_texts_in_ten_are_unlike_every_other(told):
    written = [case.what_happened for case in told.cases]

    assert len(set(written)) / len(written) > 0.9


def test_manners_of_writing_differ(told):
    written = [case.what_happened for case in told.cases]

    assert sum(text.isupper() for text in written) > 10
    assert sum(len(text) < 70 for text in written) > 80
    assert sum(len(text) > 250 for text in written) > 80
    assert sum(" pat " in text or "Pat " in text for text in written) > 20


def test_every_text_can_be_stored_as_it_is(told):
    for case in told.cases:
        for text in free_texts(case):
            assert clean(text) == text


def test_a_few_reports_hold_a_personal_number_and_only_published_test_numbers(told):
    found = []
    for case in told.cases:
        for text in free_texts(case):
            for number in personal_numbers.find(text, on=told.now.date()):
                found.append(text[number.start : number.end])

    assert 5 <= len(found) <= 80
    assert set(found) <= set(texts.TEST_NUMBERS)


@pytest.mark.parametrize("number", texts.TEST_NUMBERS)
def test_every_number_that_may_be_written_is_found_and_masked(number):
    masked = personal_numbers.mask(f"Patienten ({number}) är informerad.")

    assert len(masked.found) == 1
    assert number[-4:] not in masked.text


@pytest.mark.skipif(not PUBLISHED.exists(), reason="../shared is not here")
def test_the_numbers_are_on_the_published_list():
    rows = json.loads(PUBLISHED.read_text())
    published = {row[key] for row in rows for key in ("separated_format", "separated_long")}

    assert set(texts.TEST_NUMBERS) <= published


def test_the_same_chance_writes_the_same_report():
    topic = prose.topic_by_code()["pump_tyst"]
    unit = region().unit["medicinavdelning-4"]
    at = datetime(2026, 11, 7, 22, 40, tzinfo=SWEDEN)

    def written(seed):
        rng = random.Random(seed)
        return texts.write(set_scene(region(), topic, unit, at, rng), rng)

    assert written(4) == written(4)
    assert len({written(seed).description for seed in range(40)}) > 30


def test_slips_change_a_word_or_two_and_no_more():
    text = "Infusionspumpen stannade utan larm. Patienten mådde bra efteråt."

    for seed in range(50):
        slipped = noise.with_slips(text, random.Random(seed))
        assert abs(len(slipped) - len(text)) <= 3
        assert slipped.lower()[:4] == text.lower()[:4]


def test_sentences_begin_with_a_capital():
    assert noise.sentences_capitalised("kalium saknas. hb också! och?") == (
        "Kalium saknas. Hb också! Och?"
    )
