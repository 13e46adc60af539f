"""Analyses made before, read in from a sheet: dry run, each row's fault, once; and what they say of it."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from patientsakerhet.cases.models import Case, Measure
from patientsakerhet.exchange import columns, runs
from patientsakerhet.exchange.models import ImportRun
from patientsakerhet.risk_analysis.actions import handling
from patientsakerhet.risk_analysis.exchange.existing import KEY
from patientsakerhet.risk_analysis.models import RiskAnalysis
from tests.factories import fresh
from tests.made_once import made_once
from tests.risk_analysis.making import World, whole
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

HEADING = (
    "Riskanalys;Rubrik;Enhet;Datum;Beslutsdatum;Uppdragsgivare;Ledare;Processteg;Risk;Orsak;S;P;"
    "Riskvärde;Åtgärd;Styrka;Ansvarig;Klar senast;S efter;P efter;Klar den;Effekt"
)


_made, world = made_once(World)


def line(world, **changes):
    """One row of a sheet of the kind people keep."""
    told = {
        "Riskanalys": "2019-7",
        "Rubrik": "Byte av journalsystem",
        "Enhet": world.region.ward.code,
        "Datum": "2019-02-01",
        "Beslutsdatum": "2019-04-01",
        "Uppdragsgivare": "Britta Före detta Chef",
        "Ledare": world.leader.email,
        "Processteg": "Driftstart",
        "Risk": "Ordination på fel patient",
        "Orsak": "Två journaler öppna.",
        "S": "4",
        "P": "3 Stor",
        "Riskvärde": "12",
        "Åtgärd": "Spärr mot två journaler",
        "Styrka": "stark",
        "Ansvarig": "Nils Slutat",
        "Klar senast": "2019-06-01",
        "S efter": "Katastrofal",
        "P efter": "1",
        "Klar den": "2019-05-20",
        "Effekt": "avsedd effekt",
        **changes,
    }
    return ";".join(str(told[name]) for name in HEADING.split(";"))


def finished(run):
    while runs.carry_on(run.pk):
        pass
    run.refresh_from_db()
    return run


def read_in(world, *lines, commit=True, heading=HEADING, **options):
    """The sheet read in, or only tried; the run, with its lines."""
    text = "\n".join([heading, *lines, ""]).encode()
    told = {"source": "Riskanalyser 2019", **options}
    run = finished(runs.upload(KEY, "analyser.csv", text, by=world.leader, options=told))
    if commit and run.state == "ready" and not runs.stops(run):
        run = finished(runs.confirm(run, by=world.leader))
    return run


def faults(run):
    return [one.text for one in run.lines.filter(outcome="error").order_by("number")]


def test_a_sheet_is_read_in_with_its_days_and_people_as_they_were(world, commit):
    run = read_in(
        world,
        line(world),
        line(world, Riskanalys="", Rubrik="", Risk="", Åtgärd="Övning", Styrka="svag"),
        line(world, Riskanalys="", Rubrik="", Risk="Svar tappas", S=1, P=1, Riskvärde=1, Åtgärd=""),
    )
    commit()

    assert (run.state, run.counts) == ("done", {"added": 1})
    analysis = whole(Case.objects.get(kind="risk_analysis"))
    case = analysis.case
    assert (case.status, case.source_system, case.source_key) == (
        "closed", "Riskanalyser 2019", "2019-7",
    )  # fmt: skip
    assert (analysis.commissioned_by, analysis.commissioner) == (None, "Britta Före detta Chef")
    assert (f"{analysis.commissioned_on}", timezone.localdate(case.closed_at).isoformat()) == (
        "2019-02-01", "2019-05-20",
    )  # fmt: skip
    assert case.number.startswith("RA-2019-")
    assert [one.title for one in analysis.risks.all()] == [
        "Ordination på fel patient",
        "Svar tappas",
    ]
    grave = analysis.risks.all()[0]
    assert (grave.before.score, grave.after.score, grave.score) == (12, 4, 4)
    assert (grave.before.by, timezone.localdate(grave.before.at).isoformat()) == (
        None, "2019-04-01",
    )  # fmt: skip
    assert [one.measure.title for one in grave.aims.all()] == ["Spärr mot två journaler", "Övning"]
    measure = grave.aims.all()[0].measure
    assert (measure.status, measure.effect) == ("done", "yes")
    assert measure.description == "Ansvarig enligt Riskanalyser 2019: Nils Slutat."
    assert "beslutad av Britta Före detta Chef" in measure.decision_reason


def test_its_pages_say_that_it_was_read_in(world, commit):
    read_in(world, line(world))
    commit()
    case = Case.objects.get(kind="risk_analysis")
    client = signed_in(world.leader)

    first = client.get(case.get_absolute_url()).content.decode()
    report = client.get(reverse("analysis_report", args=[case.number])).content.decode()
    history = client.get(reverse("analysis_history", args=[case.number])).content.decode()
    listed = client.get(reverse("risk_analyses")).content.decode()

    assert "Riskanalyser 2019, 2019-7" in first
    assert "Britta Före detta Chef" in first
    assert "är inläst från Riskanalyser 2019" in report
    assert "Beslutad av Britta Före detta Chef enligt Riskanalyser 2019." in history
    assert ">Inläst<" in listed


def test_who_led_it_is_not_made_up(world, commit):
    read_in(
        world, line(world, Ledare="Eva Pensionerad"), line(world, Riskanalys="2019-8", Ledare="")
    )
    commit()
    client = signed_in(world.leader)

    named, unnamed = (
        client.get(Case.objects.get(source_key=key).get_absolute_url()).content.decode()
        for key in ("2019-7", "2019-8")
    )

    assert "<dd>Eva Pensionerad</dd>" in named
    assert "<dd>inte angiven</dd>" in unnamed
    assert Case.objects.filter(handler=world.leader, source_key="2019-8").exists()


def test_what_is_left_to_do_is_followed_up_here(world, commit):
    due = timezone.localdate() + timedelta(days=30)
    read_in(
        world,
        line(world, **{"Klar den": "", "Effekt": "", "Klar senast": due,
                       "Ansvarig": world.nurse.email}),
        line(world, Riskanalys="2019-8", Effekt=""),
    )  # fmt: skip
    commit()

    assert set(Case.objects.filter(kind="risk_analysis").values_list("status", flat=True)) == {
        "follow_up"
    }
    measure = Measure.objects.get(status="planned")
    assert (measure.owner, measure.due_on) == (world.nurse, due)
    other = Case.objects.get(source_key="2019-8")
    world.carry_out_effect(Measure.objects.get(status="done"))
    handling.take_step(fresh(other), "close", by=world.commissioner)
    assert fresh(other).status == "closed"


def test_a_dry_run_writes_nothing_and_the_same_analysis_is_read_in_once(world):
    tried = read_in(world, line(world), commit=False)
    assert (tried.state, tried.counts) == ("ready", {"added": 1})
    assert not RiskAnalysis.objects.exists()

    read_in(world, line(world))
    again = read_in(world, line(world), line(world, Riskanalys="2019-8"))

    assert again.counts == {"added": 1, "unchanged": 1}
    assert RiskAnalysis.objects.count() == 2


def test_each_row_says_what_is_wrong_and_its_analysis_stays_out(world):
    tomorrow = timezone.localdate() + timedelta(days=1)
    run = read_in(
        world,
        line(world, Enhet="finns-inte", Uppdragsgivare=""),
        line(world, Riskanalys="a", S="7", Riskvärde=""),
        line(world, Riskanalys="b", Riskvärde="9"),
        line(world, Riskanalys="c"),
        line(world, Riskanalys="c", Styrka="stor", Datum="2019-02-01"),
        line(world, Riskanalys="d", Beslutsdatum=tomorrow),
        line(world, Riskanalys="e", **{"Klar den": "", "Klar senast": ""}),
    )

    assert faults(run) == [
        "Enhet: finns-inte finns inte, eller är flera enheters namn. Uppdragsgivare saknas.",
        "S: 7 är inget steg från 1 till 4.".replace("S:", "Allvarlighetsgrad:"),
        "Risktal: 9 är inte 4 × 3.",
        "Styrka: stor finns inte. Välj bland stark, medel, svag.",
        "Beslutad: dagen har inte varit än.",
        "Klar senast saknas, och åtgärden är inte klar. Ansvarig: Nils Slutat har inget konto här. "
        "En öppen åtgärd behöver någon som har det.",
    ]
    assert not RiskAnalysis.objects.exists()


def test_a_choice_of_columns_is_kept_by_name_and_used_by_command(world, tmp_path, capsys):
    heading = HEADING.replace("Rubrik", "Namn på analysen").replace("Risk;", "Vad händer;")
    chosen = {
        "Riskanalys": "Riskanalys", "Rubrik": "Namn på analysen", "Enhet": "Enhet",
        "Uppdraget gavs": "Datum", "Uppdragsgivare": "Uppdragsgivare", "Risk": "Vad händer",
        "Allvarlighetsgrad": "S", "Sannolikhet": "P",
    }  # fmt: skip
    columns.keep(KEY, "Gamla arket", chosen, by=world.leader)
    path = tmp_path / "analyser.csv"
    path.write_text("\n".join([heading, line(world), ""]))
    asked = {"option": ["source=Arket"], "columns": "Gamla arket", "by": world.leader.email}

    call_command("import_file", KEY, str(path), dry_run=True, **asked)
    assert not RiskAnalysis.objects.exists()
    call_command("import_file", KEY, str(path), **asked)

    assert RiskAnalysis.objects.get().risks.get().score == 12
    assert "Åtgärd" in ImportRun.objects.latest("pk").ignored
    with pytest.raises(CommandError, match="--by"):
        call_command("import_file", KEY, str(path), option=["source=B"], columns="Gamla arket")


def test_only_what_was_read_in_is_let_through_without_a_report(world, commit):
    read_in(world, line(world))
    commit()
    case = world.in_status("deciding")
    Case.objects.filter(pk=case.pk).update(status="follow_up", version=case.version + 1)

    with pytest.raises(IntegrityError, match="without a signed report"):
        commit()


def test_the_empty_sheet_has_the_columns(world):
    answer = signed_in(world.leader).get(reverse("import_template", args=[KEY, "csv"]))

    assert io.BytesIO(answer.content).read().decode("utf-8-sig").startswith("Riskanalys;Rubrik;")


def test_a_longer_file_says_where_it_differs_from_what_stands_and_leaves_it(world):
    read_in(world, line(world))
    case = Case.objects.get(kind="risk_analysis")
    risk = case.risk_analysis.risks.get()
    longer = (
        line(world, S="3", P="3", Riskvärde="9", Nr="1", Åtgärd="Byt pump"),
        line(world, Risk="Batteriet tar slut", Nr="2"),
    )

    run = read_in(world, *longer, commit=False)

    [told] = run.lines.filter(outcome="contradiction")
    assert told.text.startswith(f"{case.number} lämnas som den står. Filen säger annat: ")
    for words in (
        f"risken ”{risk.title}”, före: 3 × 3 (här 4 × 3)",
        "åtgärden ”Byt pump”: klar (här saknas)",
        "risken ”Batteriet tar slut”: finns (här saknas)",
    ):
        assert words in told.text
    read_in(world, *longer)
    assert RiskAnalysis.objects.get().risks.get() == risk
