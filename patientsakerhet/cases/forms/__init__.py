"""What people fill in on the pages that are the same for every kind of case."""
