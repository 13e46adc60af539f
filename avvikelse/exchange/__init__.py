"""Deviations in and out as files: event logs of older systems, routing rules, risk scales."""
