"""The pages of classifications and of the gap list."""
