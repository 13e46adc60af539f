"""The form sent many times at once, through the whole product, on real threads."""

import pytest

from patientsakerhet.audit.models import Event
from patientsakerhet.cases.models import Attachment, Case, Counter, Submission, Throttle
from patientsakerhet.notifications.models import Message
from tests.at_once import at_once
from tests.avvikelse.reporting import a_client, code_on, fill
from tests.cases.sample_files import picture, upload
from tests.factories import Region

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("signed_in", [True, False])
def test_twenty_identical_sendings_are_one_case(signed_in):
    region = Region()
    person = region.reporter if signed_in else None
    client = a_client(person)
    filled = fill(client, region.ward)

    def press():
        mine = a_client(person)
        return mine.post("/anmal/", {**filled, "attachments": upload("bild.png", picture())})

    answers = at_once(*[press] * 20)

    assert {answer.status_code for answer in answers} == {303}
    pages = [client.get(answer.url) for answer in answers]
    assert len({page.context["case"].pk for page in pages}) == 1
    assert len({code_on(page) for page in pages}) == 1
    case = Case.objects.get()
    assert Submission.objects.count() == 1
    assert Counter.objects.get().last == 1
    assert case.deadlines.count() == 1
    assert Attachment.objects.count() == 1
    assert Event.objects.filter(action="case.filed").count() == 1
    assert Message.objects.filter(kind="receipt").count() == 1


def test_many_tries_from_one_address_at_once_are_each_counted(settings):
    settings.TRIES_PER_HOUR = {**settings.TRIES_PER_HOUR, "file": 5}
    region = Region()
    filled = [fill(a_client(), region.ward) for _ in range(12)]

    answers = at_once(*[lambda sent=sent: a_client().post("/anmal/", sent) for sent in filled])

    assert sorted(answer.status_code for answer in answers) == [303] * 5 + [429] * 7
    assert Throttle.objects.get().tries == 12
    assert Case.objects.count() == 5


def test_an_answer_sent_at_once_many_times_stands_there_once():
    from django.urls import reverse

    from avvikelse.forms.follow import pass_for
    from tests.factories import file_report

    region = Region()
    case = file_report(region.ward)
    here = reverse("followed_report", args=[pass_for(case)])

    answers = at_once(
        *[lambda: a_client().post(here, {"gor": "svar", "text": "Det var sal 4."})] * 8
    )

    assert {answer.status_code for answer in answers} == {303}
    assert [one.text for one in case.comments.all()] == ["Det var sal 4."]
