"""What analyses can start from: those that came with the product, changed, and made from an analysis."""

import pytest
from django.urls import reverse

from patientsakerhet.audit.models import Event
from patientsakerhet.risk_analysis.models import AnalysisTemplate
from tests.made_once import made_once
from tests.risk_analysis.making import World
from tests.risk_analysis.test_api import Api
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


_made, world = made_once(World)


def form_of(row=None, risks=(), **changes):
    """The form as the page sends it."""
    told = {
        "version": row.version if row else 1,
        "name": row.name if row else "Ny vårdplats",
        "occasion": "premises",
        "text": "När en vårdplats öppnas.",
        "steps": "Förberedelse – Lokal och bemanning\r\nFörsta dygnet",
        "is_offered": "on",
        "risk-TOTAL_FORMS": len(risks),
        "risk-INITIAL_FORMS": 0,
        **changes,
    }
    for place, risk in enumerate(risks):
        told |= {f"risk-{place}-{name}": value for name, value in risk.items()}
    return told


def test_those_that_came_with_the_product_say_so_until_they_are_changed(world):
    client = signed_in(world.leader)
    assert client.get(reverse("risk_templates")).content.decode().count("Följer med Varsam") == 3
    row = AnalysisTemplate.objects.get(name="Nytt eller ändrat IT-system")
    address = reverse("risk_template", args=[row.pk])
    assert "Reservrutinen fungerar inte vid avbrott" in client.get(address).content.decode()

    risk = {"title": "Larmet hörs inte", "step": 2, "cause": "Dörren är stängd."}
    answer = client.post(address, form_of(row, [risk, {"title": "", "cause": "Tas inte med."}]))

    assert answer.headers["Location"] == reverse("risk_templates")
    row.refresh_from_db()
    assert row.content == {
        "steps": [
            {"title": "Förberedelse", "description": "Lokal och bemanning"},
            {"title": "Första dygnet", "description": ""},
        ],
        "risks": [
            {
                "step": 1, "title": "Larmet hörs inte", "cause": "Dörren är stängd.",
                "consequence": "", "existing_controls": "",
            }
        ],
    }  # fmt: skip
    assert (row.is_ours, row.version, row.occasion) == (False, 2, "premises")
    assert Event.objects.filter(action="analysis_template.put").count() == 1


def test_what_cannot_be_used_is_said_and_nothing_is_lost(world):
    client = signed_in(world.leader)
    address = reverse("risk_template_new")
    risk = {"title": "Larmet hörs inte", "step": 7}

    missing = client.post(address, form_of(name="", steps=""))
    astray = client.post(address, form_of(risks=[risk]))
    taken = client.post(address, form_of(name="nytt eller ändrat it-system"))

    assert (missing.status_code, astray.status_code, taken.status_code) == (422, 409, 409)
    text = astray.content.decode()
    assert "står i steg 7, som inte finns" in text
    assert "Larmet hörs inte" in text
    assert "Det finns redan en mall" in taken.content.decode()


def test_whoever_was_first_is_not_overwritten(world):
    client, row = signed_in(world.leader), AnalysisTemplate.objects.first()
    address = reverse("risk_template", args=[row.pk])
    client.post(address, form_of(row))

    answer = client.post(address, form_of(row, text="Min text."))

    assert answer.status_code == 409
    assert "Min text." in answer.content.decode()


def test_a_new_template_is_offered(world):
    client = signed_in(world.leader)
    client.post(reverse("risk_template_new"), form_of(risks=[{"title": "Larm"}]))
    hidden = form_of(name="Gammal")
    del hidden["is_offered"]
    client.post(reverse("risk_template_new"), hidden)

    page = client.get(reverse("risk_analysis_new")).content.decode()

    assert "Ny vårdplats" in page
    assert "Gammal" not in page
    assert "Erbjuds inte" in client.get(reverse("risk_templates")).content.decode()


def test_programs_read_add_and_change_templates_by_the_same_act(world):
    api = Api(world.leader, "analysis-templates")
    given = {
        "name": "Ny vårdplats", "occasion": "premises", "text": "När en vårdplats öppnas.",
        "steps": [{"title": "Förberedelse"}, {"title": "Första dygnet"}],
        "risks": [{"title": "Larm hörs inte", "step": 1}],
    }  # fmt: skip
    made = api.post("", given)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["risks"][0]["step"], row["is_offered"], row["is_ours"]) == (1, True, False)
    assert (
        AnalysisTemplate.objects.get(pk=row["id"]).content["steps"][1]["title"] == "Första dygnet"
    )
    assert len(api.get().json()["results"]) == 4

    lost = api.send("put", f"{row['id']}/", {**given, "risks": [{"title": "X", "step": 2}]}, 1)
    assert lost.status_code == 409
    assert lost.json()["reasons"] == ["Risken ”X” står i steg 3, som inte finns."]
    changed = api.send("put", f"{row['id']}/", {**given, "is_offered": False}, 1)
    assert (changed.status_code, changed["ETag"]) == (200, '"v2"')
    assert api.send("put", f"{row['id']}/", given, 1).status_code == 412
    assert api.get(f"{row['id']}/").json()["is_offered"] is False
    nurse = Api(world.nurse, "analysis-templates")
    assert (nurse.get().status_code, nurse.post("", given).status_code) == (403, 403)
