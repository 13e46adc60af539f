"""A unit that changes its answer while the supplier is being told."""

import pytest

from patientsakerhet.lib.refusal import NotReady
from sakerhetsmeddelanden.actions import replies
from sakerhetsmeddelanden.models import ChangedAnswer
from tests.at_once import at_once
from tests.factories import fresh
from tests.sakerhetsmeddelanden.test_corrections import change, prepared, region_of_two


@pytest.mark.django_db(transaction=True)
@pytest.mark.races
def test_an_answer_changed_while_the_reply_is_sent_is_told_of_or_flagged():
    region = region_of_two()
    case, reply = prepared(region)

    sent, _ = at_once(
        lambda: replies.send(reply, by=region.coordinator, to="fsn@volumed.example"),
        lambda: change(case, region),
    )

    refused = isinstance(sent, NotReady)
    assert refused != ChangedAnswer.objects.unhandled().exists()
    assert refused == (fresh(case).safety_notice.replied_at is None)
