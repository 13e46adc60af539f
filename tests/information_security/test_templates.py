"""What classifications start from: a template, or an earlier one whose levels are set anew."""

import pytest
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.information_security.models import (
    ClassificationTemplate,
    InformationClassification,
)
from patientsakerhet.lib.refusal import NotReady
from tests.factories import person_as
from tests.information_security.making import World
from tests.information_security.test_api import Api
from tests.information_security.test_pages import text_of
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def form_of(row=None, risks=(), **changes):
    """The form as the page sends it."""
    told = {
        "version": row.version if row else 1,
        "name": row.name if row else "Kvalitetsregister",
        "text": "Register som rapporterar vidare.",
        "information": "Utdrag ur journalen.",
        "confidentiality_reason": "Vem ser utdraget?",
        "is_offered": "on",
        "risk-TOTAL_FORMS": len(risks),
        "risk-INITIAL_FORMS": 0,
        **changes,
    }
    for place, risk in enumerate(risks):
        told |= {f"risk-{place}-{name}": value for name, value in risk.items()}
    return told


RISK = {"title": "Fel uppgift skickas", "threatens": "integrity", "severity": 2, "likelihood": 3}
EMPTY = {"title": "", "threatens": "confidentiality", "severity": 1, "likelihood": 1}


def test_those_that_came_with_the_product_say_so_until_they_are_changed(world):
    client = signed_in(world.lead)
    assert text_of(client.get(reverse("classification_templates"))).count("Följer med Varsam") == 3
    row = ClassificationTemplate.objects.get(name="Vårdsystem med patientuppgifter")
    address = reverse("classification_template", args=[row.pk])
    assert "Uppgifter hamnar på fel patient" in text_of(client.get(address))

    answer = client.post(address, form_of(row, [RISK, EMPTY]))

    assert answer.headers["Location"] == reverse("classification_templates")
    row.refresh_from_db()
    assert (row.is_ours, row.version) == (False, 2)
    assert row.content["reasons"]["confidentiality"] == "Vem ser utdraget?"
    assert [one["title"] for one in row.content["risks"]] == ["Fel uppgift skickas"]
    assert client.post(address, form_of(row, version=1)).status_code == 409
    assert Event.objects.filter(action="classification_template.put").count() == 1


def test_a_name_is_taken_once_and_a_missing_one_is_said(world):
    client, address = signed_in(world.lead), reverse("classification_template_new")
    assert client.post(address, form_of(risks=[RISK])).status_code == 302

    again = client.post(address, form_of(name="kvalitetsregister", risks=[RISK]))

    assert again.status_code == 409
    assert "Fel uppgift skickas" in text_of(again)
    assert client.post(address, form_of(name="")).status_code == 422
    assert signed_in(world.owner).get(address).status_code == 403


def test_an_order_starts_from_a_template(world):
    row = ClassificationTemplate.objects.get(name="Medicinteknik som lagrar uppgifter")

    signed_in(world.lead).post(
        reverse("classification_order"),
        {"system": world.system.name, "occasion": "new", "template": row.pk},
    )

    found = InformationClassification.objects.get()
    assert found.template == row
    assert found.information == row.content["information"]
    assert found.integrity_reason == row.content["reasons"]["integrity"]
    assert (found.levels, found.risks.count()) == ("", 2)
    assert {(one.treatment, one.measures.count()) for one in found.risks.all()} == {("", 0)}


def test_a_copy_brings_texts_and_risks_and_the_levels_are_set_anew(world, commit):
    old_case = world.assessed()
    world.measure(world.risk(old_case, treatment="reduce", treatment_reason=""))
    case = world.decided(world.ordered(system=world.another_system()))
    commit()
    old = case.information_classification
    client = signed_in(world.lead)
    link = f"{reverse('classification_order')}?kopia={case.number}"
    assert link in text_of(client.get(case.get_absolute_url()))
    form = client.get(f"{link}&system={old.system.name}")
    assert f'value="{case.number}"' in text_of(form)

    client.post(
        reverse("classification_order"),
        {"system": old.system.name, "occasion": "renewal", "copied_from": case.number},
    )

    new = InformationClassification.objects.get(copied_from=old)
    assert (new.information, new.integrity_reason) == (old.information, old.integrity_reason)
    assert (new.levels, new.integrity) == ("", None)
    [then], [now] = old.risks.all(), new.risks.all()
    assert (now.title, now.severity, now.likelihood) == (
        then.title, then.severity, then.likelihood,
    )  # fmt: skip
    assert (now.treatment, now.severity_after) == ("", None)
    owners = text_of(signed_in(world.owner).get(new.case.get_absolute_url()))
    assert f"där nivåerna var {old.levels}" in owners
    assert new.case.number in text_of(client.get(case.get_absolute_url()))


def test_what_one_may_not_read_is_not_copied(world):
    hidden = World().decided()
    client = signed_in(person_as("infosec_coordinator", world.region.operations))

    answer = client.post(
        reverse("classification_order"),
        {"system": world.system.name, "occasion": "renewal", "copied_from": hidden.number},
    )

    assert "Det finns ingen klassning" in text_of(answer)
    with pytest.raises(NotReady, match="finns inte"):
        world.ordered(copied_from=hidden.information_classification)
    row = ClassificationTemplate.objects.first()
    with pytest.raises(NotReady, match="inte båda"):
        world.ordered(copied_from=world.decided().information_classification, template=row)


def test_programs_read_add_and_change_templates_by_the_same_act(world):
    api = Api(world.lead, "classification-templates")
    given = {
        "name": "Kvalitetsregister", "text": "Register som rapporterar vidare.",
        "information": "Utdrag.", "reasons": {"integrity": "Vem rättar?"}, "risks": [RISK],
    }  # fmt: skip
    made = api.post("", given)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["reasons"]["integrity"], row["reasons"]["confidentiality"]) == ("Vem rättar?", "")
    assert ClassificationTemplate.objects.get(pk=row["id"]).content["risks"][0]["likelihood"] == 3

    wrong = api.send("put", f"{row['id']}/", {**given, "risks": [{**RISK, "severity": 5}]}, 1)
    assert wrong.status_code == 400
    assert api.post("", given).json()["reasons"] == [
        "Det finns redan en mall som heter Kvalitetsregister."
    ]
    assert api.send("put", f"{row['id']}/", {**given, "text": "Annat."}, 1).status_code == 200
    assert api.send("put", f"{row['id']}/", given, 1).status_code == 412
    assert len(api.get().json()["results"]) == 4
    assert Api(world.owner, "classification-templates").get().status_code == 403
