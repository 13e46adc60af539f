"""Every kind of mail can be worded, and says nothing of the case but its number."""

import pytest
from django.conf import settings
from django.template.loader import get_template

from patientsakerhet.notifications import kinds, mails
from patientsakerhet.notifications.models import Message

TEMPLATES = sorted(
    f"notifications/{path.name}"
    for path in (settings.BASE_DIR / "templates" / "notifications").glob("[a-z]*.txt")
)
TO_US = [name for name in TEMPLATES if name != "notifications/supplier_reply.txt"]
"""Mails to those who work in the product or have reported in it; the supplier gets a form instead."""
REGISTERED = [kind for kind in kinds.every() if not kind.name.startswith("test.")]


@pytest.mark.parametrize("kind", REGISTERED, ids=lambda kind: kind.name)
def test_every_registered_kind_has_its_template(kind):
    assert get_template(kind.template)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_belongs_to_a_kind(template):
    assert template in {kind.template for kind in REGISTERED}


@pytest.mark.parametrize("has_account", [True, False])
@pytest.mark.parametrize("template", TO_US)
def test_a_mail_is_plain_swedish_text(template, has_account):
    text = get_template(template).render(
        {
            "number": "AV-2026-00042",
            "link": "https://varsam.example/x?a=1&b=2",
            "lines": [],
            "context": {"subject": "så"},
            "details": dict.fromkeys(("title", "unit", "due", "act_by", "by_link"), "så"),
            "has_account": has_account,
            "region": "Region Å & Ö",
        }
    )
    assert text.startswith("Hej!\n")
    assert "\n\n\n" not in text
    assert "https://varsam.example/x?a=1&b=2\n" in text
    assert "Varsam, Region Å & Ö\n" in text
    assert "&amp;" not in text
    assert "{" not in text


@pytest.mark.parametrize("is_complete", [True, False])
@pytest.mark.parametrize(
    ("language", "hello", "partial"),
    [("sv", "Hej!\n", "Svaret är ofullständigt"), ("en", "Hello,\n", "The reply is partial")],
)
def test_a_supplier_is_written_to_in_its_own_language(language, hello, partial, is_complete):
    text = get_template("notifications/supplier_reply.txt").render(
        {
            "number": "SM-2026-00042",
            "region": "Region Å & Ö",
            "context": {"language": language, "complete": is_complete, "reply": 7},
        }
    )

    assert text.startswith(hello)
    assert (partial in text) is not is_complete
    assert "SM-2026-00042" in text
    assert text.endswith("Region Å & Ö\n")
    assert "\n\n\n" not in text


@pytest.mark.django_db
def test_text_in_the_context_is_never_in_the_mail():
    kinds.register("test.canary", subject="{number}", template="notifications/reminder.txt")
    message = Message(
        kind="test.canary",
        number="AV-2026-00042",
        address="bo@example.org",
        context={"title": "Kanariefågel", "path": "/"},
        message_id="<1@x>",
    )
    assert "Kanariefågel" not in mails.compose(message).message().as_string()


def test_a_link_starts_with_the_configured_address(settings):
    settings.BASE_URL = "https://varsam.region.example"
    kinds.register("test.link", subject="x", path=lambda message: "/avvikelser/AV-2026-00042/")
    message = Message(kind="test.link")
    assert mails.link(message) == "https://varsam.region.example/avvikelser/AV-2026-00042/"
