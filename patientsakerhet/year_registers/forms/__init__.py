"""The forms of the registers of the year."""
