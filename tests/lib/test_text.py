"""Free text is stored as it was written, or refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patientsakerhet.lib.text import UnusableText, clean, clean_line, tokens


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("A\u030a a\u0308 o\u0308", "Å ä ö"),
        ("rad ett\r\nrad två\rrad tre", "rad ett\nrad två\nrad tre"),
        ("tabb\toch 👩‍⚕️", "tabb\toch 👩‍⚕️"),
        ("Sápmi: Ŋ ŋ č đ", "Sápmi: Ŋ ŋ č đ"),
        ("%0d%0a {{ 7*7 }} '; DROP", "%0d%0a {{ 7*7 }} '; DROP"),
        ("", ""),
    ],
)
def test_text_is_composed_and_otherwise_kept(written, kept):
    assert clean(written) == kept


@pytest.mark.parametrize("code", [0, 7, 0x1B, 0x7F, 0x202E, 0x2066, 0xD800, 0xDFFF, 0xFFFE])
def test_a_sign_that_cannot_be_shown_is_refused_with_its_line(code):
    with pytest.raises(UnusableText) as refused:
        clean(f"rad ett\nrad{chr(code)}två")
    assert "Rad 2" in refused.value.messages[0]
    assert f"U+{code:04X}" in refused.value.messages[0]


def test_a_line_has_no_breaks():
    assert clean_line("  Fel \r\n dos\t") == "Fel dos"


def test_tokens_are_the_words_that_carry_meaning():
    assert tokens("Fel dos av Waran på avd. 7") == ["fel", "dos", "waran", "avd", "7"]
    assert tokens("LÄKEMEDEL la\u0308kemedel") == ["läkemedel", "läkemedel"]
    assert tokens("och att det") == []


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_is_kept_or_refused(text):
    try:
        kept = clean(text)
    except UnusableText:
        return
    assert clean(kept) == kept
    kept.encode("utf-8")
