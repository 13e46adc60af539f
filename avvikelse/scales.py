"""The risk scale in force."""

from __future__ import annotations

from django.utils import timezone

from avvikelse.models import RiskScale
from patientsakerhet.lib.refusal import NotReady
from patientsakerhet.organisation.models import in_force


def current_scale() -> RiskScale:
    """The scale in force today, the newest when several are; refuses when there is none."""
    scale = RiskScale.objects.filter(in_force(timezone.localdate())).order_by("-valid_from").first()
    if scale is None:
        raise NotReady("Det finns ingen riskskala. Be en systemförvaltare lägga till en.")
    return scale
