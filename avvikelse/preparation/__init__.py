"""What a worker finds out about a new report before the coordinator decides on it."""
