"""Deviations (avvikelser): report, coordination, investigation, measures, closing, feedback."""
