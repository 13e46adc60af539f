"""The reports that people build, in the API."""
