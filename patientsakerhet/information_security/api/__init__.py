"""Classifications, the gap list, follow-ups and programmes in the API."""
