"""The tables of the patientsäkerhetsberättelse, by noun."""

from rapporter.annual_report.models.calendar import ReportDay
from rapporter.annual_report.models.frozen import Cell, Fact, Snapshot
from rapporter.annual_report.models.outputs import Build, BuildFile, Edition
from rapporter.annual_report.models.report import AnnualReport, Section, Target
from rapporter.annual_report.models.template import ReportTemplate, TemplateSection

__all__ = [
    "AnnualReport",
    "Build",
    "BuildFile",
    "Cell",
    "Edition",
    "Fact",
    "ReportDay",
    "ReportTemplate",
    "Section",
    "Snapshot",
    "Target",
    "TemplateSection",
]
