"""The pages of the registers of the year."""
