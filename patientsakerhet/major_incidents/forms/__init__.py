"""What somebody fills in about a major incident."""
