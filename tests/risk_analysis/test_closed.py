"""What comes after an analysis is closed: copied, made a template of, watched still, taken out and read in."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from patientsakerhet.cases.models import Case
from patientsakerhet.exchange import runs
from patientsakerhet.organisation.models import Role
from patientsakerhet.risk_analysis.actions import reviews, risks
from patientsakerhet.risk_analysis.exchange.existing import KEY
from patientsakerhet.risk_analysis.models import RiskAnalysis
from tests.factories import fresh, make_model, make_system, person_as
from tests.made_once import made_once
from tests.risk_analysis.making import walked, whole
from tests.risk_analysis.test_api import Api, ordered
from tests.risk_analysis.test_existing import faults, finished
from tests.risk_analysis.test_pages import form_of
from tests.risk_analysis.test_register import by_system, judged
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

_made, world = made_once(walked("closed"))


def test_a_copy_brings_words_and_no_judgements(world):
    old = world.cases["closed"]
    system, model = make_system(unit=world.region.devices), make_model()
    risk = whole(old).risks.get()
    risk.systems.add(system)
    risk.products.add(model)

    signed_in(world.leader).post(
        reverse("risk_analysis_new"), form_of(world, copied_from=old.number)
    )

    new = RiskAnalysis.objects.get(copied_from=old.pk)
    copied = new.risks.get()
    assert (copied.title, copied.cause) == (risk.title, risk.cause)
    assert copied.step.title == risk.step.title
    assert (list(copied.systems.all()), list(copied.products.all())) == ([system], [model])
    assert (copied.score, copied.scorings.count(), copied.aims.count()) == (None, 0, 0)


def test_a_copy_shows_what_was_judged_then_and_asks_for_it_anew(world):
    old = world.cases["closed"]
    client = signed_in(world.leader)
    assert (
        f"{reverse('risk_analysis_new')}?kopia={old.number}"
        in client.get(old.get_absolute_url()).content.decode()
    )
    client.post(reverse("risk_analysis_new"), form_of(world, copied_from=old.number))
    new = RiskAnalysis.objects.get(copied_from=old.pk).case

    page = client.get(reverse("analysis_risk", args=[new.number, 1])).content.decode()
    listed = client.get(reverse("analysis_risks", args=[new.number])).content.decode()

    assert f"I {old.number}, risk 1 var den" in page
    assert '<option value="1" selected>1 – Mycket liten</option>' in page
    assert "Var 3 (3 × 1), låg. Bedöm på nytt" in listed
    assert new.get_absolute_url() in client.get(old.get_absolute_url()).content.decode()
    assert old.get_absolute_url() in client.get(new.get_absolute_url()).content.decode()
    earlier_member = signed_in(world.nurse).get(old.get_absolute_url()).content.decode()
    assert new.number not in earlier_member


def test_the_api_and_the_page_say_the_same_of_a_copy(world):
    old = world.cases["closed"]
    api = Api(world.leader)

    copied = api.post("", ordered(world, copied_from=old.number))
    assert copied.json()["copied_from"] == old.number
    assert copied.json()["risks"][0]["title"] == whole(old).risks.get().title
    assert api.post("", ordered(world, copied_from="RA-2020-00001")).status_code == 409
    assert api.post("", ordered(world, method="okänd")).status_code == 400


def test_a_template_is_made_from_an_analysis_one_may_read(world):
    case = world.cases["closed"]
    client = signed_in(world.leader)
    address = f"{reverse('risk_template_new')}?fran={case.number}"

    page = client.get(address).content.decode()

    assert "Larmet uppfattas inte" in page
    assert "Användning" in page
    assert address in client.get(case.get_absolute_url()).content.decode()
    stranger = person_as(Role.INVESTIGATOR, world.region.operations)
    assert signed_in(stranger).get(address).status_code == 404


def test_a_risk_of_a_closed_analysis_is_still_watched(world, commit):
    case = world.cases["closed"]
    risk = whole(case).risks.get()
    world.system = make_system("Journalen", world.region.devices)
    risk.systems.add(world.system)
    judged(by_system(world), world)
    assert reviews.sweep() == 1

    risks.review(risk, by=world.leader, note="Bedömningen gäller.")
    commit()

    assert risk.reviews.get().outcome == "holds"
    assert fresh(case).status == "closed"


def test_what_was_taken_out_can_be_read_in(world, tmp_path, commit):
    case = world.cases["closed"]
    path = tmp_path / "risktabeller.xlsx"
    call_command("export_file", "risk_tables", str(path))

    run = runs.upload(
        KEY, "r.xlsx", path.read_bytes(), by=world.leader, options={"source": "Grannregionen"}
    )
    run = finished(runs.confirm(finished(run), by=world.leader))
    commit()

    assert faults(run) == []
    old, new = whole(case), whole(Case.objects.get(source_key=case.number))
    for name in ("commissioned_by", "commissioned_on", "occasion", "change", "scope", "conclusion"):
        assert getattr(new, name) == getattr(old, name), name
    assert new.case.status == "closed"
    for then, now in zip(old.risks.all(), new.risks.all(), strict=True):
        assert (now.title, now.cause, now.step.title) == (then.title, then.cause, then.step.title)
        assert (now.before.score, now.after.score) == (then.before.score, then.after.score)
        assert [one.measure.title for one in now.aims.all()] == [
            one.measure.title for one in then.aims.all()
        ]
