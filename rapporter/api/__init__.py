"""The figures in the API."""
