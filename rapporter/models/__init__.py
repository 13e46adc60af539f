"""What is counted in advance, and what somebody has decided about how figures are shown."""

from rapporter.models.flow_sums import (
    EVERYTHING,
    FiledMonth,
    FlowCounted,
    FlowDay,
    FlowLaid,
    FlowMark,
    FlowMonth,
    FlowStay,
    FlowSum,
    FlowWay,
)
from rapporter.models.recalculations import Recalculation

__all__ = [
    "EVERYTHING",
    "FiledMonth",
    "FlowCounted",
    "FlowDay",
    "FlowLaid",
    "FlowMark",
    "FlowMonth",
    "FlowStay",
    "FlowSum",
    "FlowWay",
    "Recalculation",
]
