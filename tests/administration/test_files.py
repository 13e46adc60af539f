"""Files in and out by page: handed in, tried, read in, taken out; each as its command does it."""

import csv
import io
import re
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from openpyxl import load_workbook

from patientsakerhet.access import policy
from patientsakerhet.audit.models import Event
from patientsakerhet.exchange import blank, kinds
from patientsakerhet.exchange.models import ImportRun
from patientsakerhet.organisation.models import Role, Unit
from patientsakerhet.ui import paging
from rapporter import figures
from tests.administration.conftest import worked
from tests.factories import Region, file_report, make_unit, person_as
from tests.made_once import made_once
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db(databases=["default", "trail"])

UNITS = "Kod;Namn;Överordnad kod\nny-1;Avdelning 9;{root}\n"


def hand_in(client, kind, content, **more):
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("fil.csv", content)
    return client.post(reverse("import_new", args=[kind]), {"file": file, **more})


def rows_of(answer):
    """The rows of a CSV answer under its heading; the first line says what was taken out."""
    return parsed(b"".join(answer.streaming_content))


def parsed(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[2:]


def _everybody():
    """The region, and somebody with each role alone."""
    region = Region()
    return region, {role: person_as(role, region.root) for role in Role.values}


_made, everybody = made_once(_everybody)


@pytest.fixture
def region(everybody):
    return everybody[0]


@pytest.fixture
def admin(everybody):
    return everybody[1][Role.ADMINISTRATOR]


@pytest.fixture
def holders(everybody):
    """Kind's or export's need -> somebody who holds it and may nothing else."""

    def find(needs, *, holds):
        return next(
            one
            for role, one in everybody[1].items()
            if (needs in policy.GRANTS[Role(role)]) is holds
        )

    return find


def pages_by(holders, name):
    """Of a need: the page of this name, as whoever holds the need is shown it."""

    @cache
    def shown(person):
        return signed_in(person).get(reverse(name)).content.decode()

    return lambda needs: shown(holders(needs, holds=True))


# --- every one of them is a page and a command ---------------------------------------------------


@pytest.mark.parametrize("kind", [kind.key for kind in kinds.every()])
def test_every_import_is_a_page_and_a_command(kind, holders, tmp_path):
    row = kinds.of(kind)
    may, not_ = holders(row.needs, holds=True), holders(row.needs, holds=False)
    url = reverse("import_new", args=[kind])

    assert signed_in(may).get(url).status_code == 200
    assert signed_in(not_).get(url).status_code == 403
    path = tmp_path / f"tom{row.endings.split(',')[0]}"
    path.write_bytes(b"")
    mapping = ["--mapping", str(row.example)] if row.is_mapped else []
    with pytest.raises(CommandError, match=r"tom|JSON"):
        call_command("import_file", kind, str(path), *mapping)
    assert ImportRun.objects.get(kind=kind).state == "failed"


def test_whoever_may_read_in_or_take_out_is_shown_where(holders):
    files, imports = pages_by(holders, "files"), pages_by(holders, "imports")
    missing = []
    for kind in kinds.every():
        shown = {"files": files(kind.needs), "imports": imports(kind.needs)}
        missing += [(kind.key, name) for name, page in shown.items() if kind.label not in page]
    for one in kinds.every_export():
        link = reverse("export_file", args=[one.key, "csv"])
        if one.is_listed and link not in files(open_to(one)):
            missing.append((one.key, "files"))

    assert not missing


@pytest.mark.parametrize("kind", [kind.key for kind in kinds.every() if blank.can_be_given(kind)])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_is_what_the_import_reads(kind, form, holders):
    row = kinds.of(kind)
    answer = signed_in(holders(row.needs, holds=True)).get(
        reverse("import_template", args=[kind, form])
    )

    table = row.read(answer.content, f"mall.{form}")

    assert table.heading == tuple(column.headings[0] for column in row.columns)
    assert not table.rows
    if form == "xlsx":
        told = load_workbook(io.BytesIO(answer.content))["Förklaring"]
        assert told.max_row == len(row.columns) + 1


OPEN_TO = {"figure": "read"}
"""What an export that itself refuses whoever may not is open to; the rest, to administrators."""


def open_to(export):
    return export.needs or OPEN_TO.get(export.key, "administer")


@pytest.mark.parametrize("export", [one.key for one in kinds.every_export()])
def test_every_export_is_a_page_and_a_command_with_the_same_rows(
    export, holders, region, admin, try_out, tmp_path
):
    needs = open_to(kinds.export_of(export))
    asked = {}
    if export == "import_lines":
        asked = {"run": str(try_out("units", UNITS.format(root=region.root.code)).pk)}
    elif export == "figure":
        asked = {"measure": "major_incidents"}
    elif export == "log":  # taking it out is itself in it, but is about no case
        asked = {"number": file_report(region.ward, region.reporter).number}
    may, not_ = holders(needs, holds=True), holders(needs, holds=False)
    url = reverse("export_file", args=[export, "csv"])

    shown = rows_of(signed_in(may).get(url, asked))
    path = tmp_path / "ut.csv"
    filters = [f"--filter={name}={value}" for name, value in asked.items()]
    call_command("export_file", export, str(path), *filters, by=may.email)

    assert parsed(path.read_bytes()) == shown
    assert signed_in(not_).get(url, asked).status_code == 403
    with pytest.raises(CommandError, match="behörighet"):
        call_command("export_file", export, str(path), *filters, by=not_.email)


def test_nothing_leaves_as_a_file_but_what_is_registered(region, try_out, monkeypatch):
    """Every `Extract` in the code is one that the pages and the command know by name."""
    from tests.test_architecture import MODULES

    monkeypatch.setattr(figures, "every", lambda asked: [])  # the name of their file is asked for
    run = try_out("units", UNITS.format(root=region.root.code))
    known = {
        one.extract(
            {"run": str(run.pk), "measure": "major_incidents"},
            region.coordinator if one.needs not in {"", "administer"} else None,
        ).name
        for one in kinds.every_export()
        if one.key != "import_lines"
    } | {"importrader"}
    made = set()
    for path in MODULES:
        made |= set(re.findall(r'Extract\(\s*name="([^"]+)"', path.read_text()))

    assert made <= known
    assert len(known) == len(kinds.every_export())


def test_a_kind_that_is_not_registered_does_not_exist(admin):
    client = signed_in(admin)

    for url in (
        reverse("import_new", args=["inget"]),
        reverse("export_file", args=["inget", "csv"]),
        reverse("export_file", args=["units", "pdf"]),
        reverse("import_template", args=["units", "pdf"]),
        reverse("import_template", args=["imdrf", "csv"]),
        reverse("import_mapping", args=["units"]),
    ):
        assert client.get(url).status_code == 404, url


# --- in -------------------------------------------------------------------------------------------


def test_a_small_file_is_tried_at_once_and_read_in_when_somebody_says_so(region, admin):
    client = signed_in(admin)
    answer = hand_in(client, "units", UNITS.format(root=region.root.code))
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == run.get_absolute_url()
    assert run.state == "ready"
    page = client.get(run.get_absolute_url()).content.decode()
    assert "Ingenting är ändrat än" in page
    assert "Nya enheter" in page
    assert not Unit.objects.filter(code="ny-1").exists()

    client.post(reverse("import_confirm", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "running"
    assert "hx-trigger" in client.get(run.get_absolute_url()).content.decode()
    worked(run)

    page = client.get(run.get_absolute_url()).content.decode()
    assert Unit.objects.filter(code="ny-1").exists()
    assert "Så blev det" in page
    assert "hx-trigger" not in page


def test_the_same_file_again_has_nothing_new(region, admin, read_in):
    content = UNITS.format(root=region.root.code)
    read_in("units", content)
    hand_in(signed_in(admin), "units", content)
    run = ImportRun.objects.first()

    page = signed_in(admin).get(run.get_absolute_url()).content.decode()

    assert "Filen innehåller inget nytt" in page
    assert reverse("import_confirm", args=[run.pk]) not in page


def test_faults_are_listed_and_taken_out_and_stop_the_file(region, admin):
    client = signed_in(admin)
    hand_in(client, "units", "Kod;Namn;Överordnad kod\na-1;Avd A;finns-inte\nb-1;Avd B;\n")
    run = ImportRun.objects.get()
    page = client.get(run.get_absolute_url(), {"outcome": "error"}).content.decode()

    assert "finns-inte finns varken i filen eller i trädet" in page
    assert "2 rader går inte att läsa in" in page
    link = re.search(r'href="([^"]+/ut/import_lines/csv/[^"]+)"', page)[1].replace("&amp;", "&")
    assert [row[:3] for row in rows_of(client.get(link))] == [
        ["2", "a-1", "fel"],
        ["3", "b-1", "fel"],
    ]
    refused = client.post(reverse("import_confirm", args=[run.pk]), follow=True)
    assert "går inte att läsa in" in refused.content.decode()
    run.refresh_from_db()
    assert run.state == "ready"


def test_a_file_that_is_no_table_says_why_and_can_be_put_aside(admin):
    client = signed_in(admin)
    hand_in(client, "units", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    run = ImportRun.objects.get()

    assert "gamla format" in client.get(run.get_absolute_url()).content.decode()

    client.post(reverse("import_discard", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "discarded"


def test_a_reading_that_wrote_something_cannot_be_called_put_aside(admin, try_out):
    run = try_out("units", "Kod;Namn\n")
    ImportRun.objects.filter(pk=run.pk).update(
        state="failed", failure="Avbröts.", confirmed_at="2026-01-01T00:00Z", parts=2, parts_done=1
    )
    client = signed_in(admin)

    page = client.get(run.get_absolute_url()).content.decode()
    assert reverse("import_discard", args=[run.pk]) not in page
    answer = client.post(reverse("import_discard", args=[run.pk]), follow=True)

    assert "redan inläst" in answer.content.decode()


def test_without_a_file_or_a_mapping_the_form_says_so(region, admin):
    answer = signed_in(admin).post(reverse("import_new", args=["units"]), {})
    assert (answer.status_code, "Välj en fil." in answer.content.decode()) == (422, True)

    answer = hand_in(signed_in(region.coordinator), "event_log", "a;b\n1;2\n")
    assert answer.status_code == 422
    assert "Välj filen som beskriver kolumnerna." in answer.content.decode()

    answer = hand_in(
        signed_in(region.coordinator),
        "event_log",
        "a;b\n1;2\n",
        mapping=SimpleUploadedFile("m.toml", b"\xff\xfe\x00"),
    )
    assert "ingen text i UTF-8" in answer.content.decode()


def test_a_larger_file_than_is_read_is_refused_with_a_way_out(admin, settings):
    settings.FILE_MAX_BYTES = 100

    answer = hand_in(signed_in(admin), "units", b"x" * 200_000)

    assert (answer.status_code, ImportRun.objects.count()) == (422, 0)
    assert "för stor" in answer.content.decode()


def test_what_is_chosen_beside_the_file_comes_along(region, admin):
    hand_in(signed_in(admin), "units", UNITS.format(root=region.root.code), val_since="2026-01-15")
    assert ImportRun.objects.get().options == {"since": "2026-01-15"}

    answer = hand_in(signed_in(admin), "imdrf", b"[]")
    assert (answer.status_code, "Utgåva saknas." in answer.content.decode()) == (422, True)


def test_the_mapping_to_begin_from_is_one_that_the_import_reads(region):
    from avvikelse.exchange import mapping

    answer = signed_in(region.coordinator).get(reverse("import_mapping", args=["event_log"]))

    assert mapping.read(answer.content.decode()).system


def test_each_sees_the_imports_she_may_read_in(region, admin, try_out):
    run = try_out("units", UNITS.format(root=region.root.code))
    other = person_as("coordinator", region.desk)

    assert run.name in signed_in(admin).get(reverse("imports")).content.decode()
    assert run.get_absolute_url() not in signed_in(other).get(reverse("imports")).content.decode()
    assert signed_in(other).get(run.get_absolute_url()).status_code == 403
    assert signed_in(region.reporter).get(reverse("imports")).status_code == 403
    assert Event.objects.using("trail").filter(kind="denied").count() == 2
    assert not rows_of(signed_in(other).get(reverse("export_file", args=["imports", "csv"])))


@pytest.mark.parametrize("act", ["import_confirm", "import_discard", "import_resume"])
def test_an_act_on_an_import_asks_for_the_token(act, region, admin, try_out):
    run = try_out("units", UNITS.format(root=region.root.code))
    client = signed_in(admin, enforce_csrf_checks=True)

    assert client.post(reverse(act, args=[run.pk])).status_code == 403
    page = client.get(run.get_absolute_url()).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    answer = client.post(reverse(act, args=[run.pk]), {"csrfmiddlewaretoken": token})
    assert answer.status_code == 302


def test_a_file_is_handed_in_with_the_token(region, admin):
    client = signed_in(admin, enforce_csrf_checks=True)

    assert hand_in(client, "units", UNITS).status_code == 403
    page = client.get(reverse("import_new", args=["units"])).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    answer = hand_in(
        client, "units", UNITS.format(root=region.root.code), csrfmiddlewaretoken=token
    )
    assert answer.status_code == 302


# --- lists ----------------------------------------------------------------------------------------


def test_imports_and_their_list_ask_the_same_of_the_database(
    region, admin, try_out, django_assert_num_queries
):
    client = signed_in(admin)
    for rows, imports in ((1, 1), (3, 3)):
        lines = "".join(f"ny-{number};N;{region.root.code}\n" for number in range(rows))
        while ImportRun.objects.count() < imports:
            run = try_out("units", f"Kod;Namn;Överordnad kod\n{lines}")
        for url, count in ((reverse("imports"), IMPORTS), (run.get_absolute_url(), RUN)):
            client.get(url)
            with django_assert_num_queries(count):
                client.get(url)


IMPORTS, RUN = 7, 9
PAGE = paging.page_of.__kwdefaults__


def test_an_imports_rows_come_in_pages_that_lead_both_ways(region, admin, try_out, monkeypatch):
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {**PAGE, "size": 4})
    rows = "".join(f"ny-{number};N;{region.root.code}\n" for number in range(10))
    run = try_out("units", f"Kod;Namn;Överordnad kod\n{rows}")
    client = signed_in(admin)
    seen, url = [], run.get_absolute_url()
    while url:
        page = client.get(url).content.decode()
        seen += re.findall(r'<th scope="row" class="num">(\d+)</th>', page)
        after = re.search(r'href="([^"]+)" rel="next"', page)
        url = run.get_absolute_url() + after[1].replace("&amp;", "&") if after else ""

    assert seen == [str(number) for number in range(2, 12)]


def test_the_list_is_narrowed_and_an_unreadable_filter_says_so(region, admin, try_out):
    try_out("units", UNITS.format(root=region.root.code), name="enheter.csv")
    client = signed_in(admin)

    assert "enheter.csv" in client.get(reverse("imports"), {"state": "ready"}).content.decode()
    narrowed = client.get(reverse("imports"), {"q": "person"})
    assert "enheter.csv" not in narrowed.content.decode()
    assert client.get(reverse("imports"), {"state": "x"}).status_code == 422
    refused = client.get(reverse("export_file", args=["units", "csv"]), {"standing": "x"})
    assert refused.headers["Location"] == reverse("files")


def test_what_leaves_is_written_in_the_trail_with_its_filter(admin):
    make_unit("Akuten")
    list(
        signed_in(admin)
        .get(reverse("export_file", args=["units", "csv"]), {"q": "akut"})
        .streaming_content
    )

    event = Event.objects.with_body().get(action="export.made")
    assert event.payload.body == {
        "what": "enheter",
        "format": "csv",
        "filter": [["Namn eller kod", "akut"]],
        "count": 1,
    }


def test_a_queue_is_somebodys(tmp_path):
    with pytest.raises(CommandError, match="--by"):
        call_command("export_file", "coordination", str(tmp_path / "k.csv"))


def test_lines_are_of_an_import_that_is_named(tmp_path):
    with pytest.raises(CommandError, match="vilken import"):
        call_command("export_file", "import_lines", str(tmp_path / "k.csv"))
