"""Classifications and the gap list as files."""
