"""Style sheets that an older browser can read too, and that stay within the language."""

import re

import pytest
from django.conf import settings

SHEETS = {
    path.name: path.read_text("utf-8")
    for path in sorted((settings.BASE_DIR / "static/css").glob("*.css"))
}
RULE = re.compile(r"([^{}]+){([^{}]*)}")
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def rules(name: str) -> list[tuple[str, str]]:
    return [
        (selector.strip(), body) for selector, body in RULE.findall(COMMENT.sub("", SHEETS[name]))
    ]


def top_level(selector: str) -> list[str]:
    parts, depth = [""], 0
    for sign in selector:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


@pytest.mark.parametrize("name", SHEETS)
def test_a_selector_with_has_takes_no_other_down_with_it(name):
    """A browser that does not know :has() drops the whole list of selectors."""
    mixed = [
        selector
        for selector, _ in rules(name)
        if len({":has(" in part for part in top_level(selector)}) > 1
    ]

    assert mixed == []


@pytest.mark.parametrize("name", SHEETS)
def test_a_mixed_colour_has_a_plain_one_before_it(name):
    for selector, body in rules(name):
        said = [line.split(":", 1) for line in body.split(";") if ":" in line]
        for place, (thing, value) in enumerate(said):
            if "color-mix(" in value:
                earlier = {other.strip().removesuffix("-color") for other, _ in said[:place]}
                assert thing.strip().removesuffix("-color") in earlier, selector


@pytest.mark.parametrize("name", SHEETS)
def test_light_and_dark_need_no_new_browser(name):
    assert "light-dark(" not in COMMENT.sub("", SHEETS[name])


@pytest.mark.parametrize("name", SHEETS)
def test_layers_above_each_other_are_named_in_the_tokens(name):
    for _, body in rules(name):
        for value in re.findall(r"z-index:\s*([^;]+)", body):
            assert value.strip().startswith("var(--z-"), value


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_says_first_what_belongs_in_it_and_is_short(name):
    assert SHEETS[name].startswith("/* ")
    assert SHEETS[name].count("\n") < 400
