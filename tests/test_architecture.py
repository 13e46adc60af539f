"""Rules of the house that can be read off the text of the code."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("patientsakerhet", "avvikelse", "sakerhetsmeddelanden", "rapporter")
MODULES = sorted(
    path
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SAYS_WHAT = re.compile(r'"""\s*[^"\s]')
"""How nearly every module begins; only the others need to be parsed."""


@cache
def text_of(path):
    return path.read_text()


def name(path):
    return str(path.relative_to(ROOT))


def test_a_module_says_what_belongs_in_it_and_stays_short():
    wrong = []
    for path in MODULES:
        text = text_of(path)
        if not text.strip() or (
            path.parent.name in {"management", "commands"} and path.stem == "__init__"
        ):
            continue
        if not SAYS_WHAT.match(text) and not ast.get_docstring(ast.parse(text)):
            wrong.append(f"{name(path)}: the first line says what belongs here")
        if (lines := len(text.splitlines())) > 400:
            wrong.append(f"{name(path)}: {lines} lines, becomes a package by noun")
        if path.stem in {"helpers", "utils", "managers", "misc", "common"}:
            wrong.append(f"{name(path)}: the name says nothing")

    assert MODULES
    assert not wrong, "\n".join(wrong)


def test_no_name_of_ours_is_a_manager_helper_service_util_base_or_mixin():
    pattern = re.compile(r"(Helper|Service|Util|Utils|Base|Mixin|Manager)$")
    named = re.compile(rf"\bclass\b.*{pattern.pattern[:-1]}\b")
    allowed = {"PersonManager"}  # Django asks for it
    wrong = [
        f"{name(path)}:{node.lineno}: {node.name}"
        for path in MODULES
        if named.search(text_of(path))
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.ClassDef) and node.name not in allowed and pattern.search(node.name)
    ]

    assert not wrong, "\n".join(wrong)


def test_roles_are_named_in_the_policy_alone():
    pattern = re.compile(r"\bRole\.(?!choices|values|labels|names)[A-Z_]+\b")
    named = {name(path) for path in MODULES if pattern.search(text_of(path))}

    assert named <= {
        "patientsakerhet/access/policy.py",
        "patientsakerhet/organisation/models.py",
    } | {one for one in named if one.startswith("patientsakerhet/demonstration/")}


def test_views_and_the_api_change_no_rows():
    wrong = re.compile(
        r"\.(save|delete|create|bulk_create|bulk_update|update_or_create|get_or_create)\("
    )
    found = []
    for path in MODULES:
        parts = set(path.relative_to(ROOT).parts)
        if not ({"views", "api", "views.py", "api.py"} & parts) or "rest" in parts:
            continue
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            # Modules of actions have verbs of the same names as the ORM.
            if wrong.search(re.sub(r"\b(actions|saved_views)\.\w+\(", "", line)):
                found.append(f"{name(path)}:{number}: {line.strip()}")

    assert not found


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\bmark_safe\b|\|safe\b", "text is escaped, always"),
        (r"csrf_exempt", "every form is guarded"),
        (
            r"except Exception\b(?! as error:  # seen: )|except:\s",
            "an error nobody expected is seen",
        ),
        (r"\.extra\(|RawSQL\((?!.*  # noqa: S611  )", "SQL is written where it can be read"),
        (r"fields\s*=\s*[\"']__all__[\"']", "fields are named one by one"),
        (r"datetime\.(now|utcnow)\(\)|date\.today\(\)", "moments have a zone, days are Sweden's"),
        (r"\bTODO\b|\bFIXME\b", "nothing is left for later"),
        (r"@receiver\b|\.send\(sender", "no signals of our own"),
    ],
    ids=lambda value: value if " " in value else "",
)
def test_the_code_does_without(pattern, why):
    wrong = re.compile(pattern)
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in [*MODULES, *TEMPLATES]
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if wrong.search(line)
    ]

    assert not found, why


def test_a_template_holds_no_style_no_script_and_no_handler():
    pattern = re.compile(r"\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']")
    wrong = [
        f"{name(path)}: {found[0].strip()}"
        for path in TEMPLATES
        for found in pattern.finditer(re.sub(r"{#.*?#}", "", text_of(path)))
    ]

    assert TEMPLATES
    assert not wrong, "\n".join(wrong)


def test_who_may_import_whom_holds():
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-4000:]


def test_the_documents_made_from_the_code_tell_the_truth():
    from patientsakerhet.handbook.management.commands.generate_docs import documents

    assert [path.name for path, text in documents().items() if path.read_text() != text] == []
