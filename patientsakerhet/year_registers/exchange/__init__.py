"""What leaves the registers of the year as files."""
