"""Input into values, for the pages of notices."""
