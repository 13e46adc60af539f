"""An equipment database read in: mapped, tried, read, read again, and what is gone."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.audit.models import Event
from patientsakerhet.exchange import columns, runs
from patientsakerhet.exchange.models import ColumnChoice, ImportRun
from patientsakerhet.register.actions.intake import Given, Intake
from patientsakerhet.register.exchange import equipment
from patientsakerhet.register.models import Device, DeviceModel, EmdnTerm, Party
from tests.factories import make_device
from tests.signing_in import signed_in

OFFICIAL = Path(settings.BASE_DIR) / "../shared/data/codes/emdn_v2.csv.gz"
HEADING = (
    "Nyckel",
    "Inventarienummer",
    "Tillverkare",
    "Produkt",
    "Artikelnummer",
    "Serienummer",
    "UDI",
    "Enhet",
    "Läge",
    "Inköpt",
)


def line(number, **other):
    told = {
        "Nyckel": f"K{number}",
        "Inventarienummer": f"MT-{number}",
        "Tillverkare": "VOLUMED A/S",
        "Produkt": "Volumed 300",
        "Serienummer": f"S{number}",
        "Enhet": "Avdelning 4",
        "Läge": "i drift",
        "Inköpt": "2024-05-06",
        **other,
    }
    return [told.get(name, "") for name in HEADING]


def file_of(*lines, heading=HEADING):
    target = io.StringIO()
    csv.writer(target, delimiter=";").writerows([heading, *lines])
    return target.getvalue().encode()


@pytest.fixture
def read_in(register):
    def act(content, *, confirm=True, **options):
        told = {"source": "Utrustningsboken", "unit": register.unit.code, **options}
        run = runs.upload("equipment", "utrustning.csv", content, by=register.keeper, options=told)
        while runs.carry_on(run.pk):
            pass
        run.refresh_from_db()
        if confirm and run.state == "ready" and not runs.stops(run):
            runs.confirm(run, by=register.keeper)
            while runs.carry_on(run.pk):
                pass
            run.refresh_from_db()
        return run

    return act


def test_a_trial_tells_and_changes_nothing(register, read_in):
    run = read_in(file_of(line(1), line(2), line(3, Enhet="Månen")), confirm=False)

    assert (run.state, run.planned) == ("ready", {"added": 2, "error": 1})
    assert run.lines.get(outcome="error").text == (
        "Enhet: Månen finns inte, eller är flera enheters namn."
    )
    assert Device.objects.count() == 1


def test_devices_are_read_in_under_their_party_model_and_unit(register, read_in):
    run = read_in(
        file_of(line(1), line(2, Tillverkare="Nefra AB", Produkt="Nefra 5", Läge="Kasserad"))
    )

    assert run.counts == {"added": 2}
    first, second = Device.objects.filter(source="Utrustningsboken").order_by("external_key")
    assert (first.model, first.holding_unit, first.status) == (
        register.model,
        register.region.ward,
        "in_use",
    )
    assert (str(first.bought_on), first.last_seen_at) == ("2024-05-06", run.confirmed_at)
    assert first.holdings.get().unit == register.region.ward
    assert (second.model.name, second.status) == ("Nefra 5", "scrapped")
    assert second.model.managing_unit == register.unit
    assert Party.objects.called("nefra").exists()


def test_the_same_file_again_holds_nothing_new(read_in):
    content = file_of(line(1), line(2))
    read_in(content)

    again = read_in(content)

    assert again.planned == {"unchanged": 2}
    assert runs.stops(again) == "Filen innehåller inget nytt."


def test_what_differs_is_shown_written_and_told(register, read_in):
    read_in(file_of(line(1), line(2)))

    run = read_in(file_of(line(1, Enhet="Avdelning 5", Läge="service"), line(2)))

    assert run.counts == {"changed": 1, "unchanged": 1}
    assert run.lines.get(outcome="changed").text == (
        "Finns hos: Avdelning 4 → Avdelning 5; Läge: in_use → in_service"
    )
    changed = Device.objects.get(external_key="K1")
    assert [one.unit for one in changed.holdings.all()] == [
        register.region.ward,
        register.region.sibling,
    ]
    assert changed.version == 2
    told = Event.objects.of_object("device", changed.pk).with_body().get()
    assert told.action == "device.read_in"
    assert told.payload.body["holding_unit"] == ["Avdelning 4", "Avdelning 5"]


def test_an_empty_cell_leaves_what_stands(read_in):
    read_in(file_of(line(1)))

    run = read_in(file_of(line(1, Serienummer="", Enhet="", Läge="", Inköpt="")))

    assert run.planned == {"unchanged": 1}


def test_a_device_that_was_there_is_met_by_its_number(register, read_in):
    read_in(
        file_of(line(20417, Serienummer="SN12"), line(5, Inventarienummer="", Serienummer="sn-12"))
    )

    assert Device.objects.filter(inventory_number="MT-20417").get().external_key == "K20417"
    assert Device.objects.count() == 1


def test_what_is_gone_from_the_whole_source_is_marked_and_not_deleted(register, read_in):
    read_in(file_of(line(1), line(2), line(3)), whole="ja")
    other = make_device("MT-77", register.region.ward, model=register.model, source="Annan")

    trial = read_in(file_of(line(1), line(3)), whole="ja", confirm=False)
    assert trial.planned == {"changed": 1, "unchanged": 2, "gone": 1}
    assert not Device.objects.filter(is_stale=True).exists()
    runs.confirm(trial, by=register.keeper)
    while runs.carry_on(trial.pk):
        pass

    assert Device.objects.filter(is_stale=True).get().external_key == "K2"
    other.refresh_from_db()
    assert not other.is_stale
    back = read_in(file_of(line(1), line(2), line(3)), whole="ja")
    assert back.counts == {"changed": 1, "unchanged": 2, "gone": 0}
    assert not Device.objects.filter(is_stale=True).exists()


def test_a_device_whose_row_is_wrong_is_still_in_its_source(read_in):
    read_in(file_of(line(1), line(2), line(3), line(4)), whole="ja")

    run = read_in(
        file_of(line(1), line(2, Inköpt="i fjol"), line(3, UDI="", Tillverkare="")), whole="ja"
    )

    assert run.counts == {"changed": 1, "unchanged": 1, "error": 2, "gone": 1}
    assert Device.objects.get(is_stale=True).external_key == "K4"


def test_a_file_that_is_a_part_marks_nothing(read_in):
    read_in(file_of(line(1), line(2)))

    assert read_in(file_of(line(1))).planned == {"unchanged": 1}


WRONG = [
    ({"Tillverkare": ""}, "säger inte tillverkare och produkt"),
    ({"Nyckel": "", "Inventarienummer": "", "Serienummer": ""}, "saknar inventarienummer"),
    ({"Läge": "på månen"}, "Läge: på månen finns inte"),
    ({"Inköpt": "1/2/2024"}, "skriv 1/2/2024 som år-månad-dag"),
    ({"UDI": "(01)07350123456784"}, "UDI: Kontrollsiffran"),
    ({"Serienummer": "1" * 81}, "längre än 80 tecken"),
    ({"Tillverkare": "--"}, "bokstäver eller siffror"),
]


def test_every_row_that_cannot_be_used_stops_itself_alone(read_in):
    wrong = [line(number, **other) for number, (other, _) in enumerate(WRONG, start=2)]
    run = read_in(file_of(line(1), *wrong))

    assert run.counts == {"added": 1, "error": len(WRONG)}
    found = run.lines.filter(outcome="error").order_by("number").values_list("text", flat=True)
    told = zip(WRONG, found, strict=True)
    assert [(says, text) for (_, says), text in told if says not in text] == []


def test_two_rows_about_the_same_device_are_told_of(read_in):
    run = read_in(
        file_of(
            line(1), line(1, Inventarienummer="MT-9"), line(2), line(3, Inventarienummer="MT-2")
        )
    )

    assert run.counts == {"added": 1, "error": 3}
    assert "står på flera rader" in run.lines.filter(outcome="error").first().text


def test_a_code_finds_the_model_and_fills_the_rest(register, read_in):
    read_in(
        file_of(
            line(
                1, Tillverkare="", Produkt="", Serienummer="", UDI="(01)07350123456783(10)L7(21)SN9"
            )
        )
    )

    made = Device.objects.get(external_key="K1")
    assert (made.model, made.serial_number, made.lot_number) == (register.model, "SN9", "L7")
    assert made.udi_pi == "(10)L7(21)SN9"


def test_a_new_model_gets_the_identifier_of_the_row(register, read_in):
    read_in(
        file_of(
            line(1, Produkt="Volumed 9", UDI="07350000000009"),
            line(2, Produkt="", UDI="07350000000009"),
        )
    )

    made = DeviceModel.objects.identified("07350000000009").get()
    assert (made.name, made.devices.count()) == ("Volumed 9", 2)


def test_columns_are_named_by_whoever_reads_in(register, read_in):
    content = file_of(
        ["7", "Pump", "Volumed", "A-1"], heading=("ID-nr", "Vad", "Firma", "Nr på baksidan")
    )
    refused = read_in(content, confirm=False)
    assert refused.state == "failed"
    assert "Filen har ingen av kolumnerna Nyckel" in refused.failure

    run = read_in(
        content,
        **{
            "kolumn:Nyckel": "ID-nr",
            "kolumn:Produkt": "Vad",
            "kolumn:Tillverkare": "Firma",
            "kolumn:Serienummer": "Nr på baksidan",
        },
    )

    assert run.counts == {"added": 1}
    assert Device.objects.get(external_key="7").serial_number == "A-1"


@pytest.mark.parametrize(
    ("options", "says"),
    [({"source": " "}, "vad källan heter"), ({"unit": "ingen"}, "koden för den enhet")],
)
def test_a_choice_that_leads_nowhere_stops_the_file(options, says, read_in):
    run = read_in(file_of(line(1)), confirm=False, **options)

    assert run.state == "failed"
    assert says in run.failure


def test_a_file_is_read_in_pieces_that_each_stand(register, read_in, monkeypatch):
    monkeypatch.setattr("patientsakerhet.register.exchange.equipment.PIECE", 2)
    told = {"source": "Utrustningsboken", "unit": register.unit.code, "whole": "ja"}
    content = file_of(*(line(number) for number in range(1, 6)))
    run = runs.upload("equipment", "u.csv", content, by=register.keeper, options=told)
    while runs.carry_on(run.pk, work_for=0):
        pass
    runs.confirm(ImportRun.objects.get(pk=run.pk), by=register.keeper)

    assert runs.carry_on(run.pk, work_for=0)
    run.refresh_from_db()
    assert (run.parts_done, run.parts) == (1, 4)
    assert Device.objects.filter(source="Utrustningsboken").count() == 2
    while runs.carry_on(run.pk, work_for=0):
        pass
    run.refresh_from_db()
    assert run.counts == {"added": 5, "gone": 0}
    assert Device.objects.filter(last_seen_at=run.confirmed_at).count() == 5
    assert run.confirmed_at <= timezone.now()


# --- the nomenclature --------------------------------------------------------------------------


def read_terms(by, *rows, release="V2"):
    content = "\n".join(["code,term,terminal", *rows]).encode()
    run = runs.upload("emdn", "emdn.csv", content, by=by, options={"release": release})
    runs.carry_on(run.pk)
    run.refresh_from_db()
    if run.state == "ready" and not runs.stops(run):
        runs.confirm(run, by=by)
        runs.carry_on(run.pk)
        run.refresh_from_db()
    return run


def test_a_starter_ships_with_swedish_names_marked_as_ours(db):
    infusion = EmdnTerm.objects.get(code="Z120303")

    assert (infusion.label, infusion.origin, infusion.parent.code) == ("Infusion", "ours", "Z1203")
    assert EmdnTerm.objects.filter(level=1).count() == 23
    assert not EmdnTerm.objects.exclude(origin="ours").exists()


def test_the_official_terms_are_laid_over_ours_and_the_swedish_names_stay(register):
    run = read_terms(register.keeper, "Z,EQUIPMENT,NO", "Z99,NEW ONES,YES")

    assert run.counts == {"added": 1, "changed": 1, "unchanged": 0}
    z, new = EmdnTerm.objects.get(code="Z"), EmdnTerm.objects.get(code="Z99")
    assert (z.origin, z.term) == ("official", "EQUIPMENT")
    assert z.label.startswith("Medicinteknisk utrustning")
    assert (new.parent, new.level, new.is_terminal, new.release) == (z, 2, True, "V2")

    again = read_terms(register.keeper, "Z,EQUIPMENT,NO", release="V3")

    assert again.counts == {"changed": 1, "unchanged": 1}
    assert not EmdnTerm.objects.get(code="Z99").is_current


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (("Z,A,NO", "Z,B,NO"), "Koden Z står också på rad 2."),
        (("Z,A,kanske",), "terminal: skriv ja eller nej, inte kanske."),
        (("Z,,NO",), "term saknas."),
    ],
)
def test_a_faulty_file_of_terms_changes_nothing(rows, says, register):
    run = read_terms(register.keeper, *rows)

    assert run.lines.get(outcome="error").text == says
    assert not EmdnTerm.objects.exclude(origin="ours").exists()


def test_a_branch_of_the_official_file_is_read_in_by_command_as_it_is_published(db, tmp_path):
    if not OFFICIAL.exists():
        pytest.skip(f"the optional data folder is absent: {OFFICIAL.parent}")
    with gzip.open(OFFICIAL, "rt", encoding="utf-8") as published:
        heading, *rows = published
    branch = [row for row in rows if row.startswith("X,")]  # with the longest terms there are
    file = tmp_path / "emdn.csv"
    file.write_text("".join([heading, *branch]), encoding="utf-8")

    call_command("import_file", "emdn", str(file), option=["release=V2"], stdout=io.StringIO())

    read = EmdnTerm.objects.filter(is_current=True, origin="official", release="V2")
    assert read.count() == len(branch)
    assert max(len(term.term) for term in read) > 300


def test_a_term_without_the_one_above_stops_the_file(register):
    run = read_terms(register.keeper, "Z1,A,NO")

    assert (run.state, run.failure) == ("failed", "Koden Z1 saknar en överordnad kod i filen.")


@pytest.mark.parametrize("count", [1, 30])
def test_a_trial_asks_as_much_for_one_new_product_as_for_many(
    count, register, django_assert_num_queries
):
    rows = [
        Given(
            number, f"K{number}", maker="Volumed AB", name=f"Volumed {number}", udi_di=f"{number}"
        )
        for number in range(count)
    ]
    taker = Intake("Boken", register.unit, by=None, at=timezone.now(), is_trial=True)

    with django_assert_num_queries(7):
        came = taker.take(rows)

    assert {one.outcome for one in came} == {"added"}
    assert not Event.objects.filter(action="device_model.added").exists()


def test_the_products_a_source_brings_are_told_of_and_stand_under_their_term(register, read_in):
    term = EmdnTerm.objects.get(code="Z1203")

    read_in(
        file_of([*line(1, Produkt="Nefra 5"), "Z1203"], heading=(*HEADING, "EMDN")),
    )

    made = DeviceModel.objects.get(name="Nefra 5")
    assert (made.emdn, made.group) == (term, "")
    assert Event.objects.filter(action="device_model.added", object_id=made.pk).count() == 1


# --- choosing columns -----------------------------------------------------------------------------

ODD = ("Inv. nr.", "Fabrikat", "Benämning", "S/N", "Serienummer (gammalt)", "Placering")
ODD_ROW = ["MT-7", "Volumed A/S", "Volumed 300", "A-1", "B-2", "Avdelning 4"]


def hand_in(keeper, register, content, **given):
    return keeper.post(
        reverse("import_new", args=["equipment"]),
        {
            "file": SimpleUploadedFile("utrustning.csv", content),
            "val_source": "Utrustningsboken",
            "val_unit": register.unit.code,
            **given,
        },
    )


@pytest.fixture
def keeper(register):
    client = signed_in(register.keeper)
    return client


def test_columns_are_proposed_from_the_headings():
    found = columns.proposed(equipment.COLUMNS, ODD)

    assert found == {
        "Inventarienummer": "Inv. nr.",
        "Tillverkare": "Fabrikat",
        "Serienummer": "S/N",
        "Enhet": "Placering",
    }
    assert columns.proposed(equipment.COLUMNS, ["Artikelnummer hos oss"]) == {
        "Artikelnummer": "Artikelnummer hos oss"
    }


def test_somebody_chooses_columns_keeps_them_and_reads_in_with_them(register, keeper):
    hand_in(keeper, register, file_of(ODD_ROW, heading=ODD))
    run = ImportRun.objects.get()
    page = keeper.get(reverse("import_columns", args=[run.pk]))
    form = page.context["form"]
    assert "Så ser filen ut" in page.content.decode()
    assert "B-2" in page.content.decode()
    chosen = {field.html_name: field.initial for field in form.ours}
    name = next(field.html_name for field in form.ours if field.label == "Produkt")
    assert chosen[name] == ""

    answer = keeper.post(
        reverse("import_columns", args=[run.pk]),
        {**chosen, name: "Benämning", "keep_as": "Utrustningsboken"},
    )

    assert answer["Location"] == run.get_absolute_url()
    run.refresh_from_db()
    assert (run.state, run.planned) == ("ready", {"added": 1})
    runs.confirm(run, by=register.keeper)
    runs.carry_on(run.pk)
    assert Device.objects.get(serial_number="A-1").model.name == "Volumed 300"
    assert ColumnChoice.objects.get().columns["Produkt"] == "Benämning"
    assert Event.objects.filter(action="import.columns_chosen").exists()
    assert keeper.get(reverse("import_columns", args=[run.pk])).status_code == 302


def test_a_kept_choice_is_used_again_by_the_page_and_by_the_command(register, keeper, tmp_path):
    columns.keep(
        "equipment",
        "Boken",
        {"Inventarienummer": "Inv. nr.", "Produkt": "Benämning", "Tillverkare": "Fabrikat"},
        by=register.keeper,
    )
    content = file_of(ODD_ROW, heading=ODD)

    hand_in(keeper, register, content, columns="Boken")
    run = ImportRun.objects.get()
    assert (run.state, run.planned) == ("ready", {"added": 1})
    assert run.ignored == ["S/N", "Serienummer (gammalt)", "Placering"]

    path = tmp_path / "utrustning.csv"
    path.write_bytes(content)
    told = ["source=Utrustningsboken", f"unit={register.unit.code}"]
    call_command("import_file", "equipment", str(path), columns="boken", option=told)
    assert Device.objects.get(inventory_number="MT-7").model.name == "Volumed 300"
    with pytest.raises(CommandError, match=r"heter ”Annan”\. Det finns: Boken\."):
        call_command("import_file", "equipment", str(path), columns="Annan", option=told)


def test_a_column_is_chosen_once_and_something_is_chosen(register, keeper):
    hand_in(keeper, register, file_of(ODD_ROW, heading=ODD))
    address = reverse("import_columns", args=[ImportRun.objects.get().pk])
    form = keeper.get(address).context["form"]
    first, second = (field.html_name for field in form.ours[:2])

    twice = keeper.post(address, {first: "S/N", second: "S/N", "keep_as": "Mitt namn"})
    nothing = keeper.post(address, {})

    assert (twice.status_code, nothing.status_code) == (422, 422)
    assert "Kolumnen S/N är redan vald för Nyckel." in twice.content.decode()
    assert 'value="Mitt namn"' in twice.content.decode()
    assert "Välj minst en kolumn." in nothing.content.decode()


def test_a_chosen_column_that_is_not_in_the_file_is_named(read_in):
    run = read_in(file_of(line(1)), confirm=False, **{"kolumn:Nyckel": "Objektnr"})

    assert run.state == "failed"
    assert "Kolumnen Objektnr saknas." in run.failure


def test_a_file_that_has_no_known_column_leads_to_choosing(register, keeper):
    hand_in(keeper, register, file_of(["7"], heading=("Märkning",)))
    run = ImportRun.objects.get()

    page = keeper.get(run.get_absolute_url()).content.decode()

    assert run.state == "failed"
    assert reverse("import_columns", args=[run.pk]) in page


def test_the_page_of_columns_asks_as_much_for_many_kept_choices(
    register, keeper, django_assert_num_queries
):
    hand_in(keeper, register, file_of(ODD_ROW, heading=ODD))
    address = reverse("import_columns", args=[ImportRun.objects.get().pk])
    for numbers in (range(1), range(1, 3)):
        for number in numbers:
            columns.keep("equipment", f"Bok {number}", {"Nyckel": "S/N"}, by=register.keeper)
        keeper.get(address)

        with django_assert_num_queries(COLUMNS_PAGE):
            keeper.get(address)


COLUMNS_PAGE = 8


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("column_choice_has_a_name", " "), ("column_choice_once_per_name", "Boken")],
)
def test_the_database_keeps_one_choice_per_name(name, wrong, register):
    columns.keep("equipment", "Boken", {"Nyckel": "Id"}, by=register.keeper)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ColumnChoice.objects.create(kind="equipment", name=wrong, columns={})
