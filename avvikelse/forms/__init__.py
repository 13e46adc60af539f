"""Input into values, by room."""
