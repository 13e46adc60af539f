"""The deviation's own tables, by noun."""

from avvikelse.models.assessment import Assessment, RiskScale
from avvikelse.models.bulk import BulkAct, BulkItem
from avvikelse.models.coordination import Preparation, Routing, RoutingRule
from avvikelse.models.deviation import Deviation, Handover
from avvikelse.models.investigation import Cause, DeviceCode, Investigation, Note, TimelineEntry

__all__ = [
    "Assessment",
    "BulkAct",
    "BulkItem",
    "Cause",
    "Deviation",
    "DeviceCode",
    "Handover",
    "Investigation",
    "Note",
    "Preparation",
    "RiskScale",
    "Routing",
    "RoutingRule",
    "TimelineEntry",
]
