"""What may happen to a major incident."""
