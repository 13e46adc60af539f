"""Risk analyses, the risks found in them, how those are scored, and the signed reports."""

from patientsakerhet.risk_analysis.models.analysis import (
    AnalysisMember,
    AnalysisTemplate,
    Occasion,
    ProcessStep,
    RiskAnalysis,
)
from patientsakerhet.risk_analysis.models.method import ScoringMethod
from patientsakerhet.risk_analysis.models.report import AnalysisReport
from patientsakerhet.risk_analysis.models.risk import Risk, RiskMeasure, RiskReview, Scoring

__all__ = (
    "AnalysisMember",
    "AnalysisReport",
    "AnalysisTemplate",
    "Occasion",
    "ProcessStep",
    "Risk",
    "RiskAnalysis",
    "RiskMeasure",
    "RiskReview",
    "Scoring",
    "ScoringMethod",
)
