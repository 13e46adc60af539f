"""Every page and its states, found from the address list: nothing for axe to say at both widths, nor in the dark.

By turns wide in the light and narrow in the dark, of the states one in three; the thorough run takes all that is left.
Both are long: test_some_pages.py is what is waited for.

A new address fails here until somebody of the company can open it: by a link on another page, or by
a sample (tests/journeys/people.py, tests/matrix/test_matrix.py). Its forms, dialogs, empty lists
and folded parts are looked at without more ado.
"""

import os
import shutil
from collections import defaultdict

import pytest
from django.conf import settings

from avvikelse.preparation import keeping
from tests.factories import STATUSES
from tests.journeys import states
from tests.journeys.browser import ORIGIN, answer_with, picture
from tests.journeys.looking import LOOKS, Looker
from tests.journeys.people import FOREIGN, ONE_PAGE, Company
from tests.journeys.serving import serving

pytestmark = [
    pytest.mark.journey,
    pytest.mark.long,
    pytest.mark.together("every page"),  # in one process: to find them takes a minute
]

SHARE = 3
"""Of so many states one is looked at in the first turn."""
README = settings.BASE_DIR / "docs" / "pictures" / "koordinering.png"


@pytest.fixture(scope="module")
def opened_once(demonstration):
    """The company, and what it found when it tried every address."""
    company = Company()
    return company, company.crawl()


def test_every_page_is_opened_by_somebody_and_has_rows(opened_once, db):
    _, found = opened_once

    assert found.missing == {}, "pages that lack sample data: nobody could open them"
    empty = [str(page) for page in found.pages.values() if page.content.is_empty]
    assert empty == [], "pages that nobody has rows on"
    assert len(found.pages) >= 55


def test_every_page_is_in_swedish_and_has_a_title_of_its_own(opened_once, db):
    _, found = opened_once
    titled = defaultdict(list)
    for name, page in found.pages.items():
        if name not in FOREIGN:
            assert page.content.language == "sv", page
            if name not in ONE_PAGE:
                titled[page.content.title.strip()].append(str(page))

    assert all(title.endswith(" – Varsam") for title in titled)
    assert {title: pages for title, pages in titled.items() if len(pages) > 1} == {}


@pytest.mark.parametrize("turn", [0, pytest.param(1, marks=pytest.mark.thorough)])
def test_every_page_and_state_can_be_used_by_everybody(turn, opened_once, db, browser_tab, part_of):
    company, found = opened_once
    pages = [page for name, page in found.pages.items() if name not in FOREIGN]
    in_a_state = [
        *states.in_every_status(STATUSES, company.world.region, company.staff[0]),
        *states.answered(pages),
        *states.not_found(pages),
        *states.emptied(pages, company.newcomers),
        *states.errors(company.reporter, company.stale()),
    ]

    faults = []
    with serving() as server:
        looker = Looker(browser_tab, server)
        wanted = looks(turn, pages, in_a_state)
        for page, look in part_of(wanted) if turn else wanted:
            faults += [f"{page}: {wrong}" for wrong in looker.look(page, look)]

    print(f"{len(pages)} pages, {len(in_a_state)} states, {looker.looks} looks")
    assert not faults, "\n".join(faults)
    assert {200, 422, 429, 500, 409, 404, 403, 400} <= {page.status for page in in_a_state}


def looks(turn, pages, in_a_state):
    """What is looked at and how: in both turns together everything in both ways."""
    for number, page in enumerate(pages, turn):
        yield page, LOOKS[number % 2]
    for number, state in enumerate(in_a_state):
        first, second = LOOKS[number % 2], LOOKS[(number + 1) % 2]
        one_of_the_few = number % SHARE == 0
        if one_of_the_few == (turn == 0):
            yield state, first
        if turn == 1:
            yield state, second


def test_both_turns_together_are_everything_in_both_ways():
    pages, in_a_state = [f"page {n}" for n in range(7)], [f"state {n}" for n in range(14)]
    seen = [*looks(0, pages, in_a_state), *looks(1, pages, in_a_state)]

    assert sorted(seen) == sorted((one, look) for one in (*pages, *in_a_state) for look in LOOKS)


def test_the_readmes_picture_is_of_this_queue(opened_once, db, browser_tab):
    """In test-results/, and with NEW_PICTURES=1 in the README itself."""
    company, _ = opened_once
    keeping.sweep()
    page = browser_tab(height=800)
    answer_with(page, company.coordinator)
    page.goto(f"{ORIGIN}/koordinering/")
    page.get_by_text("Föreslagen enhet").wait_for()

    taken = picture(page, "koordinering", kept=True)

    assert page.locator("[data-queue] > li").count() >= 2
    assert README.stat().st_size > 20_000
    if os.environ.get("NEW_PICTURES"):
        shutil.copy(taken, README)
