"""Reports out as files."""
