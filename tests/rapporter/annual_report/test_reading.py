"""What a snapshot reads is of one moment, whoever writes meanwhile."""

import pytest
from django.db import InternalError, connections, transaction

from patientsakerhet.organisation.models import CareProvider
from rapporter.annual_report import reading


@pytest.mark.django_db(transaction=True, databases=["default", "trail"])
def test_nothing_written_meanwhile_is_seen_and_nothing_can_be_written():
    def known():
        return CareProvider.objects.filter(name="Mellankommen").count()

    with reading.one_moment():
        before = known()
        with connections["trail"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO organisation_careprovider (name, kind, organisation_number) "
                "VALUES ('Mellankommen', 'region', '')"
            )
        assert known() == before == 0
    assert known() == 1
    with pytest.raises(InternalError, match="read-only"), reading.one_moment():
        CareProvider.objects.create(name="Nej", kind="region")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(), reading.one_moment():
        pass
