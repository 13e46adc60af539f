"""One spelling of what suppliers and labels write in many."""

import pytest
from django.db import connection
from django.db.models import Value
from hypothesis import given
from hypothesis import strategies as st

from patientsakerhet.register.models import Party
from patientsakerhet.register.spelling import Compact, compact, party_spelling


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("B Braun", "bbraun"),
        ("B. Braun", "bbraun"),
        ("B.Braun AB", "bbraun"),
        ("B. Braun Melsungen AG", "bbraunmelsungen"),
        ("Dräger Sverige AB (publ)", "dragersverige"),
        ("Ambu A/S", "ambu"),
        ("Diasorin S.p.A.", "diasorin"),
        ("Fresenius SE & Co. KGaA", "fresenius"),
        ("Co., Ltd. Shenzhen", "coltdshenzhen"),
        ("Ørsted ApS", "orsted"),
        ("3M Company", "3m"),
        ("AB", "ab"),
        ("  -- ", ""),
    ],
)
def test_a_name_without_marks_accents_blanks_and_form(written, spelling):
    assert party_spelling(written) == spelling


@given(st.text(max_size=60))
def test_a_spelling_is_its_own_spelling_of_letters_and_digits(written):
    spelling = party_spelling(written)

    assert all(letter.isalnum() for letter in spelling)
    assert not set(spelling) & set(" .,-_&/")


@pytest.mark.parametrize(
    ("written", "key"),
    [("SN 12-34/b", "SN1234B"), ("Åh-2 é", "ÅH2É"), ("—", ""), ("straße", "STRAE")],
)
def test_letters_and_digits_alone_in_capitals(written, key):
    assert compact(written) == key


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written", ["SN 12-34/b", "Åh-2 é", "—", "straße", "ü_Ö.9", "١٢a", "ﬁ1", "ı"]
)
def test_the_database_computes_the_same(written):
    Party.objects.create(name="En")

    assert Party.objects.values_list(Compact(Value(written)), flat=True)[0] == compact(written)
    assert connection.vendor == "postgresql"
