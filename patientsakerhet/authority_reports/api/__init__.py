"""Authority reports in the API."""
