"""A whole product of one's own to kill, and a mail server that keeps what it is given."""

import pytest

from patientsakerhet.local.state import State
from tests.kill.product import Product
from tests.kill.sink import sink


@pytest.fixture
def post():
    with sink() as kept:
        yield kept


@pytest.fixture
def product(tmp_path, post):
    state = State(tmp_path / "var")
    product = Product(state, smtp_port=post.port)
    with state.held():
        try:
            product.start()
            yield product
        finally:
            product.stop()
    state.empty()
