"""The side navigation shows the rooms a person may enter, in order, with the current one marked."""

import pytest
from django.test import override_settings

from patientsakerhet.ui import navigation
from patientsakerhet.ui.navigation import Item, register, sections_for


class Anna:
    """Somebody; the functions that are asked about her decide what she may."""


@pytest.fixture(autouse=True)
def _rooms(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_capabilities", lambda person: {"coordinate"})
    monkeypatch.setattr(navigation, "_badges", lambda person, keys: {"queue": 41})
    with override_settings(ROOT_URLCONF="tests.ui.urls"):
        register(Item("Följa upp", "Konto", "mfa_index", order=2))
        register(Item("", "Kö", "gallery", needs="coordinate", badge="queue", dock=True))
        register(Item("Följa upp", "Utseende", "account_look", order=1))
        register(Item("System", "Hemligt", "account_login", needs="administer"))
        yield


def test_sections_come_in_order_and_forbidden_rooms_are_absent():
    shown = [
        (section.label, [entry.label for entry in section.entries])
        for section in sections_for(Anna(), "/")
    ]

    assert shown == [("", ["Kö"]), ("Följa upp", ["Utseende", "Konto"])]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/komponenter/", ["Kö"]),
        ("/komponenter/under/", ["Kö"]),
        ("/konto/utseende/", ["Utseende"]),
        ("/konto/", ["Konto"]),
        ("/konto/losenord/", ["Konto"]),
        ("/annat/", []),
    ],
)
def test_the_closest_room_is_the_current_one(path, current):
    entries = [entry for section in sections_for(Anna(), path) for entry in section.entries]

    assert [entry.label for entry in entries if entry.current] == current


def test_the_number_beside_a_room_is_asked_once():
    (queue,) = sections_for(Anna(), "/")[0].entries

    assert (queue.count, queue.dock) == ("41", True)


def test_one_of_several_capabilities_is_enough():
    register(Item("System", "Regler", "account_login", needs=("administer", "coordinate")))

    assert [one.label for one in sections_for(Anna(), "/")[-1].entries] == ["Regler"]


def test_an_unknown_section_is_refused():
    with pytest.raises(ValueError, match="Okänd"):
        register(Item("Okänd", "Rum", "gallery"))
