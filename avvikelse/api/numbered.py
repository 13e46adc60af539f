"""What every view of one deviation shares: the visible case, and the deviation after an act."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from avvikelse.api import serializers as shapes
from avvikelse.models import Deviation
from patientsakerhet.cases.api import numbered
from patientsakerhet.cases.api.numbered import Shape
from patientsakerhet.cases.models import Case
from patientsakerhet.lib.planning import whole_or_404
from patientsakerhet.rest.shapes import REFUSALS
from patientsakerhet.rest.versions import tagged


class Numbered(numbered.Numbered):
    """What every view of one deviation needs."""

    kind = "deviation"
    serializer_class = shapes.DeviationSerializer  # type: ignore[assignment]  # the case's detail

    def whole(self, case: Case) -> Response:
        """The deviation as it stands now, with its version."""
        deviation = whole_or_404(Deviation.objects.for_page(), pk=case.pk)
        return tagged(Response(shapes.DeviationSerializer(deviation).data), deviation.case.version)


def takes(shape: Shape | None) -> Any:
    """How an act's body and answers are described."""
    return extend_schema(request=shape, responses={200: shapes.DeviationSerializer, **REFUSALS})
