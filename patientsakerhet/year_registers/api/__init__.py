"""The registers of the year in the API."""
