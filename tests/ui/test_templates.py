"""What holds for every template: nothing inline, nothing unescaped, each component says what it takes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template

ROOT = settings.BASE_DIR / "templates"
PAGES = sorted(ROOT.rglob("*.html"))
COMPONENTS = sorted((ROOT / "components").glob("*.html"))
SCRIPTS = sorted((settings.BASE_DIR / "static/js").glob("*.js"))

INLINE = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a script without src": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "htmx evaluating text": re.compile(r"hx-on|hx-vals\s*=\s*[\"']js:|hx-vars", re.I),
}
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b")
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.S)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def without_comments(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", names(PAGES))
def test_nothing_is_inline(name):
    text = without_comments(ROOT / name)

    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("name", names(PAGES))
def test_nothing_is_left_unescaped(name):
    assert UNESCAPED.search(without_comments(ROOT / name)) is None


@pytest.mark.parametrize("name", names(PAGES))
def test_it_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", names(PAGES))
def test_what_is_wrong_in_a_form_is_told_once(name):
    """A form rendered whole tells of it itself."""
    text = without_comments(ROOT / name)
    told = re.findall(r'components/summary\.html" with form=([\w.]+)', text)

    assert set(told) & set(re.findall(r"{{ ([\w.]+) }}", text)) == set()


@pytest.mark.parametrize("name", names(COMPONENTS))
def test_a_component_says_first_what_it_is_and_what_it_takes(name):
    first, second, *_ = (ROOT / name).read_text(encoding="utf-8").splitlines()

    assert re.fullmatch(r"{# \S.*\. #}", first), first
    assert re.fullmatch(r"{# Takes: \S.*\. #}", second), second


def test_every_component_is_used():
    code = [
        path
        for package in ("avvikelse", "patientsakerhet", "rapporter", "sakerhetsmeddelanden")
        for path in (settings.BASE_DIR / package).rglob("*.py")
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in [*PAGES, *code])
    unused = [name for name in names(COMPONENTS) if f'"{name}"' not in text]

    assert unused == []


@pytest.mark.parametrize("name", [path.name for path in SCRIPTS])
def test_a_script_module_is_small_and_evaluates_nothing(name):
    text = (settings.BASE_DIR / "static/js" / name).read_text(encoding="utf-8")

    assert text.count("\n") < 150
    assert (
        re.search(r"\beval\(|new Function\(|\.innerHTML|insertAdjacentHTML|document\.write", text)
        is None
    )
    assert text.startswith("//")


def test_an_undefined_variable_fails_the_test_whichever_tests_run_beside_it():
    with pytest.raises(pytest.fail.Exception, match="Undefined template variable"):
        Template("{{ never_given }}").render(Context({}))
