"""What people fill in about classifications."""
