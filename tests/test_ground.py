"""The ground itself: what conftest promises every other test."""

import smtplib
import socket

import pytest

from tests.conftest import NetworkIsShut


def test_another_machine_cannot_be_reached():
    with pytest.raises(NetworkIsShut):
        socket.create_connection(("192.0.2.1", 25), timeout=1)


def test_a_name_is_not_looked_up_outside():
    with pytest.raises(NetworkIsShut):
        smtplib.SMTP("mail.example.org", timeout=1)


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_chance_repeats_with_the_seed(chance, request):
    import random

    again = random.Random(f"{request.config.option.seed}/{request.node.nodeid}")

    assert [chance.random() for _ in range(5)] == [again.random() for _ in range(5)]
