"""What changes rows of the registers of the year."""
