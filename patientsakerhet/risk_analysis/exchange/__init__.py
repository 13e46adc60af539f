"""Analyses in and out as files."""
