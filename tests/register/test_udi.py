"""UDI as scanners send them and people type them: split, checked, and refused in plain Swedish."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patientsakerhet.register import udi
from patientsakerhet.register.udi import GS, NotUdi, Udi, gs1, hibc
from patientsakerhet.register.udi.code import century

YEAR = 2026
GTIN = "07350123456783"
CHARACTERS = "".join(chr(n) for n in range(0x21, 0x7B) if chr(n) not in "#$@[\\]^`()")


def read(written):
    return udi.read(written, this_year=YEAR)


# --- GS1 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        f"01{GTIN}1124013117290228{'10'}LOT-7{GS}21SN 12".replace(" ", ""),
        f"]d201{GTIN}112401311729022810LOT-7{GS}21SN12",
        f"]C1{GS}01{GTIN}112401311729022810LOT-7<GS>21SN12{GS}",
        f"\x1d01{GTIN}10LOT-7{{GS}}21SN12[GS]1124013117290228\r\n",
        f"(01){GTIN}(11)240131(17)290228(10)LOT-7(21)SN12",
        f" (01) {GTIN} (11) 240131 (17) 290228 (10) LOT-7 (21) SN12 ",
    ],
)
def test_a_gs1_code_is_the_same_however_it_comes(written):
    assert read(written) == Udi(
        udi.Agency.GS1,
        di=GTIN,
        lot="LOT-7",
        serial="SN12",
        made_on=date(2024, 1, 31),
        expires_on=date(2029, 2, 28),
    )


def test_what_else_a_gs1_code_may_say():
    found = read(f"(01){GTIN}(8012)4.2.1(30)12(240)REF9(414)7350000000006")

    assert (found.software, found.quantity) == ("4.2.1", 12)
    assert found.other == (("240", "REF9"), ("414", "7350000000006"))


def test_a_code_without_its_product_is_still_an_individual():
    assert read("(10)A1(21)B2") == Udi(udi.Agency.GS1, lot="A1", serial="B2")


@pytest.mark.parametrize("written", ["7350123456783", "07350123456783", "735 0123 456783"])
def test_a_bare_article_number_is_the_product(written):
    assert read(written) == Udi(udi.Agency.GS1, di=GTIN)


def test_day_zero_is_the_last_of_the_month():
    assert read("(17)280200(10)A").expires_on == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("year", "this_year", "full"),
    [(26, 2026, 2026), (76, 2026, 2076), (77, 2026, 1977), (0, 2060, 2100), (99, 2000, 1999)],
)
def test_the_century_is_the_nearest(year, this_year, full):
    assert century(year, this_year) == full


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "Läs av eller skriv"),
        ("MT-20417", "Koden är ingen UDI"),
        ("(01)07350123456784", "skulle ha slutat på 3"),
        ("7350123456784", "skulle ha slutat på 3"),
        ("(01)0735012345", "är avklippt"),
        ("0107350123", "är avklippt"),
        ("(17)290229(10)A", "Datumet 290229 finns inte"),
        ("(17)291301(10)A", "Datumet 291301 finns inte"),
        ("(10)", "är avklippt"),
        (f"01{GTIN}10ABCDEFGHIJ1729022821KLMNOPQ", "skiljetecknet efter det saknas"),
        ("(10)Å1", "inte får stå där"),
        ("(17)29AB28(10)A", "inte får stå där"),
        ("(10)A(10)B", "står två gånger"),
        ("(99)A", "varken vilken produkt"),
        ("(05)A", "är inget fält"),
        (f"01{GTIN}05A", "Fältet som börjar med 05A känns inte igen"),
    ],
)
def test_a_gs1_code_that_cannot_be_says_why(written, says):
    with pytest.raises(NotUdi, match=says.replace("(", r"\(").replace(")", r"\)")):
        read(written)


free = st.text(CHARACTERS, min_size=1, max_size=20)
days = st.dates(date(1978, 1, 1), date(2075, 12, 31))
gtins = st.from_regex(r"\A[0-9]{13}\Z").map(lambda body: body + gs1.check_digit(body))


@st.composite
def individuals(draw):
    return Udi(
        udi.Agency.GS1,
        di=draw(gtins),
        lot=draw(free | st.just("")),
        serial=draw(free | st.just("")),
        software=draw(free | st.just("")),
        made_on=draw(days | st.none()),
        expires_on=draw(days | st.none()),
        quantity=draw(st.integers(0, 99_999_999) | st.none()),
    )


def given_day(day):
    return f"{day:%y%m%d}" if day else ""


def fields_of(one):
    found = {
        "01": one.di,
        "11": given_day(one.made_on),
        "17": given_day(one.expires_on),
        "10": one.lot,
        "21": one.serial,
        "8012": one.software,
        "30": "" if one.quantity is None else str(one.quantity),
    }
    return [(key, value) for key, value in found.items() if value]


@given(individuals(), st.randoms())
def test_what_is_written_as_gs1_is_read_back_in_any_order(one, chance):
    fields = fields_of(one)
    chance.shuffle(fields)

    assert read("".join(f"({key}){value}" for key, value in fields)) == one
    assert read("".join(f"{key}{value}{GS}" for key, value in fields)) == one
    assert read("]d2" + "".join(f"{key}{value}<GS>" for key, value in fields)) == one


@given(individuals())
def test_the_individual_part_is_read_back_by_itself(one):
    if one.pi:
        again = read(one.pi)
        assert (again.lot, again.serial, again.software) == (one.lot, one.serial, one.software)
        assert (again.made_on, again.expires_on) == (one.made_on, one.expires_on)


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_in_an_article_number_is_always_found(gtin, place, more):
    wrong = gtin[:place] + str((int(gtin[place]) + more) % 10) + gtin[place + 1 :]

    with pytest.raises(NotUdi):
        read(f"(01){wrong}")


# --- HIBC --------------------------------------------------------------------------------------


def checked(body):
    return body + hibc.check_character(body)


def test_the_standards_own_example():
    assert checked("+A123BJC5D6E71") == "+A123BJC5D6E71G"
    assert read("+A123BJC5D6E71G") == Udi(udi.Agency.HIBC, di="A123BJC5D6E71")


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("$$52001510X3", {"lot": "10X3", "expires_on": date(2020, 1, 15)}),
        ("$10X3", {"lot": "10X3"}),
        ("$+SN7", {"serial": "SN7"}),
        ("20015LOT", {"lot": "LOT", "expires_on": date(2020, 1, 15)}),
        ("15015LOT", {"lot": "LOT", "expires_on": date(2015, 1, 15)}),
        ("$$0928LOT", {"lot": "LOT", "expires_on": date(2028, 9, 30)}),
        ("$$2092928LOT", {"lot": "LOT", "expires_on": date(2028, 9, 29)}),
        ("$$3280929LOT", {"lot": "LOT", "expires_on": date(2028, 9, 29)}),
        ("$$428092914LOT", {"lot": "LOT", "expires_on": date(2028, 9, 29)}),
        ("$$62027314LOT", {"lot": "LOT", "expires_on": date(2020, 9, 29)}),
        ("$$7LOT", {"lot": "LOT"}),
        ("$$+3280929SN", {"serial": "SN", "expires_on": date(2028, 9, 29)}),
        ("$$+7SN", {"serial": "SN"}),
        ("$$8053280929LOT", {"lot": "LOT", "quantity": 5, "expires_on": date(2028, 9, 29)}),
        ("$$900005LOT", {"lot": "LOT", "quantity": 5}),
        (
            "$$7LOT/16D20240131/14D20290228/SSN7/Q12",
            {
                "lot": "LOT",
                "serial": "SN7",
                "quantity": 12,
                "made_on": date(2024, 1, 31),
                "expires_on": date(2029, 2, 28),
            },
        ),
        ("14D20290228", {"expires_on": date(2029, 2, 28)}),
        ("$A/ZX9", {"lot": "A", "other": (("", "ZX9"),)}),
    ],
)
def test_what_comes_after_the_product_in_one_hibc_code(second, expected):
    found = read(checked(f"+A123BJC5D6E71/{second}"))

    assert found == Udi(udi.Agency.HIBC, di="A123BJC5D6E71", **expected)


def test_a_check_character_that_is_a_blank_may_be_lost_or_drawn():
    blank = "+E12310/$$5463291 "

    assert hibc.check_character(blank[:-1]) == " "
    assert read(blank) == read(blank.strip()) == read(f"{blank.strip()}_")


def test_two_hibc_codes_one_after_the_other():
    second = checked("+$$3280929LOTG")

    assert read(f"+A123BJC5D6E71G\n{second}") == Udi(
        udi.Agency.HIBC, di="A123BJC5D6E71", lot="LOT", expires_on=date(2028, 9, 29)
    )
    assert read(second).di == ""
    assert read("+a123bjc5d6e71g").di == "A123BJC5D6E71"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("+A123BJC5D6E71H", "skulle ha varit G"),
        ("+A", "avklippt"),
        ("+A12å", "avklippt"),
        (checked("+A12"), "vilken produkt"),
        (checked("+A123BJC5D6E71/"), "tomt fält"),
        (checked("+A123BJC5D6E71/$$3280931L"), "finns inte"),
        (checked("+A123BJC5D6E71/$$1328L"), "finns inte"),
        (checked("+A123BJC5D6E71/$$520"), "avklippt"),
        (checked("+A123BJC5D6E71/$$520366L").replace("20366", "21366"), "skulle ha varit"),
        (checked("+A123BJC5D6E71/$$521366L"), "finns inte"),
        (checked("+A123BJC5D6E71/$$8XL"), "antal är avklippt"),
        (checked("+A123BJC5D6E71/$$XL"), "inte känns igen"),
        (checked("+A123BJC5D6E71") + " " + checked("+$LOTX"), "olika produkter"),
        ("+A123BJC5D6E71G +A123BJC5D6E71G", "två produkters"),
        (checked("+$LOTX") + " +A123BJC5D6E71G", "produktens kod först"),
        ("+A123BJC5D6E71G +1 +2", "fler än två"),
    ],
)
def test_a_hibc_code_that_cannot_be_says_why(written, says):
    with pytest.raises(NotUdi, match=says):
        read(written)


hibc_text = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=18)


@given(hibc_text, hibc_text, st.integers(0, 9), st.dates(date(1978, 1, 1), date(2075, 12, 31)))
def test_what_is_written_as_hibc_is_read_back(product, lot, level, day):
    julian = f"{day:%y}{(day - date(day.year, 1, 1)).days + 1:03d}"
    found = read(checked(f"+E123{product}{level}/$$5{julian}{lot}"))

    assert (found.di, found.lot, found.expires_on) == (f"E123{product}{level}", lot, day)


# --- ICCBBA, and what is no code at all ---------------------------------------------------------


def test_a_code_of_human_origin_is_split():
    assert read(
        "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123"
    ) == Udi(
        udi.Agency.ICCBBA,
        di="A9999XYZ100T0944",
        lot="XYZ123",
        serial="000025",
        made_on=date(2013, 2, 1),
        expires_on=date(2014, 2, 1),
        other=(("=", "A99971312345600"),),
    )
    assert read("=>999365").expires_on == date(1999, 12, 31)


@pytest.mark.parametrize("written", ["=/A9999", "=>014400", "=!"])
def test_a_code_of_human_origin_that_cannot_be_is_refused(written):
    with pytest.raises(NotUdi):
        read(written)


@given(st.text(max_size=80) | st.text("01()+=$/&,0123456789AGLM" + GS, max_size=60))
def test_whatever_is_sent_is_read_or_refused(written):
    try:
        found = read(written)
    except NotUdi as refusal:
        said = refusal.reasons[0]
    else:
        said = "" if found.di or found.pi or found.quantity is not None or found.other else "none"

    assert said == "" or said.endswith(".")


@pytest.mark.parametrize(
    ("written", "is_meant"),
    [
        (f"(01){GTIN}", True),
        (f"01{GTIN}10A", True),
        (f"]d201{GTIN}", True),
        ("+A123BJC5D6E71G", True),
        ("=/A9999XYZ100T0944", True),
        ("MT-20417", False),
        ("20417", False),
        ("0120417", False),
        ("", False),
        ("+46 70", False),
    ],
)
def test_what_can_only_be_meant_for_a_udi(written, is_meant):
    assert udi.looks_like(written) is is_meant


def test_days_are_told_in_the_individual_part():
    one = Udi(
        udi.Agency.HIBC,
        lot="L",
        made_on=date(2026, 1, 2),
        expires_on=date(2026, 1, 2) + timedelta(1),
    )

    assert one.pi == "(11)260102(17)260103(10)L"
