"""The deviation's own tables, by noun."""

from avvikelse.models.assessment import Assessment, RiskScale
from avvikelse.models.bulk import BulkAct, BulkItem
from avvikelse.models.coordination import Preparation, Routing, RoutingRule
from avvikelse.models.deviation import Deviation, Handover
from avvikelse.models.event_analysis import (
    AnalysisParticipant,
    Barrier,
    EventAnalysis,
    Proposal,
)
from avvikelse.models.investigation import Cause, DeviceCode, Investigation, Note, TimelineEntry

__all__ = [
    "AnalysisParticipant",
    "Assessment",
    "Barrier",
    "BulkAct",
    "BulkItem",
    "Cause",
    "Deviation",
    "DeviceCode",
    "EventAnalysis",
    "Handover",
    "Investigation",
    "Note",
    "Preparation",
    "Proposal",
    "RiskScale",
    "Routing",
    "RoutingRule",
    "TimelineEntry",
]
