"""Contrast, computed from the tokens themselves, light and dark (WCAG 2.2: 4.5:1 for text, 3:1 for edges)."""

import re
from itertools import product

import pytest
from django.conf import settings

TOKENS = (settings.BASE_DIR / "static/css/tokens.css").read_text(encoding="utf-8")
PAIR = re.compile(r"--([\w-]+): var\(--light, (#[0-9a-f]{6})\) var\(--dark, (#[0-9a-f]{6})\);")
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(TOKENS)}

SURFACES = ("paper", "surface", "raised", "sunken", "hush")
TONES = ("info", "good", "warn", "bad", "accent")
TINTS = tuple(f"{tone}-tint" for tone in TONES)

TEXT = {
    *product(("ink", "ink-2", "ink-3"), (*SURFACES, *TINTS)),
    *product(("accent", "bad", "accent-2"), SURFACES),
    *((tone, f"{tone}-tint") for tone in TONES),
    *product(TONES, ("surface", "paper", "raised")),
    ("on-accent", "accent"),
    ("on-accent", "accent-2"),
    ("surface", "ink"),
    ("chart-signal", "surface"),
}
EDGES = {
    *product(("line-2",), ("surface", "paper", "raised")),
    *product(("focus",), SURFACES),
    *((tone, "surface") for tone in TONES),
}


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21():
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("colour", "ground"), sorted(TEXT))
def test_text_can_be_read(colour, ground, theme):
    assert contrast(COLOURS[colour][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("colour", "ground"), sorted(EDGES))
def test_edges_and_focus_can_be_seen(colour, ground, theme):
    assert contrast(COLOURS[colour][theme], COLOURS[ground][theme]) >= 3


def test_only_the_tokens_name_colours():
    """Other files take colours from the tokens; print and the veil fall back on black and white."""
    allowed = {"#fff", "#000"}
    for sheet in sorted((settings.BASE_DIR / "static/css").glob("*.css")):
        if sheet.name != "tokens.css":
            named = set(re.findall(r"(?<![\w(])#[0-9a-fA-F]{3,8}\b", sheet.read_text("utf-8")))
            assert named <= allowed, sheet.name


def test_every_token_that_is_used_exists():
    sheets = "".join(p.read_text("utf-8") for p in (settings.BASE_DIR / "static/css").glob("*.css"))
    defined = set(re.findall(r"(--[\w-]+):", sheets))
    used = set(re.findall(r"var\((--[\w-]+)", sheets))

    assert used - defined == set()
