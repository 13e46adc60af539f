"""The sentences: each can be filled and told, none is left hanging, and all point somewhere."""

import random
import re
from datetime import datetime

import pytest

from avvikelse.defaults import CODES
from patientsakerhet.demonstration import prose
from patientsakerhet.demonstration.history import EVENT_CLASS
from patientsakerhet.demonstration.region import region
from patientsakerhet.demonstration.scene import fits, set_scene
from patientsakerhet.demonstration.sequel import CODE_OF_AREA
from patientsakerhet.lib.calendar import SWEDEN

REGION = region()
NO_CLASS = {"work_environment", "own_routine", "suggestion", "complaint"}
NIGHT = datetime(2026, 11, 3, 2, 40, tzinfo=SWEDEN)


def codes_of(system):
    return {code for code, _, _ in CODES[system][2]}


def sentences_of(topic):
    yield from topic.titles + topic.events + topic.details + topic.short
    yield from topic.direct + topic.wishes + topic.answers
    for cause in topic.causes:
        yield from (cause.text, cause.evidence)
    for remedy in topic.measures:
        yield from (remedy.text, remedy.effect)


def test_there_are_at_least_sixty_topics_in_every_area_of_the_2023_report():
    assert len(prose.topics()) >= 60
    assert len(prose.topic_by_code()) == len(prose.topics())
    assert {topic.area for topic in prose.topics()} == set(EVENT_CLASS) | NO_CLASS


@pytest.mark.parametrize("topic", prose.topics(), ids=lambda topic: topic.code)
def test_somebody_writes_about_the_topic_and_every_blank_is_filled(topic):
    writers = [unit for unit in REGION.filing_units if fits(REGION, topic, unit)]
    assert writers
    for unit in writers:
        scene = set_scene(REGION, topic, unit, NIGHT, random.Random(unit.code))
        for sentence in sentences_of(topic):
            filled = scene.fill(sentence)
            assert not re.search(r"[{}]|  |\s[.,]|^\s|\s$", filled), filled


@pytest.mark.parametrize("topic", prose.topics(), ids=lambda topic: topic.code)
def test_the_topic_is_whole(topic):
    assert topic.receiver in REGION.unit
    assert topic.kind in codes_of("deviation_kind")
    assert topic.harm in ("none", "low", "mid", "high")
    assert topic.person in ("patient", "staff", "none")
    assert min(map(len, (topic.titles, topic.events, topic.details, topic.direct))) >= 1
    assert topic.causes
    assert topic.measures
    assert topic.answers
    assert {remedy.strength for remedy in topic.measures} <= {"strong", "medium", "weak"}
    for sentence in (*topic.events, *topic.details, *topic.answers, *topic.direct, *topic.wishes):
        assert sentence.rstrip("”").endswith((".", "!", "?"))
    for remedy in topic.measures:
        assert len(remedy.text) <= 150


def test_codes_are_those_that_the_product_ships():
    assert set(EVENT_CLASS.values()) <= codes_of("event_class")
    assert set(prose.CAUSE_AREAS.values()) == codes_of("cause_area") == set(CODE_OF_AREA)
    assert {code for fitting in CODE_OF_AREA.values() for code in fitting} <= codes_of(
        "cause_class"
    )


def test_the_prose_is_swedish():
    everything = " ".join(s for topic in prose.topics() for s in sentences_of(topic)).lower()
    words = re.findall(r"[a-zåäö]+", everything)

    assert sum(any(letter in word for letter in "åäö") for word in words) / len(words) > 0.2
    assert not {"the", "and", "device", "failed", "todo"} & set(words)
