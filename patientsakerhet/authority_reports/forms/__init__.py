"""What people write about authority reports, read into values."""
