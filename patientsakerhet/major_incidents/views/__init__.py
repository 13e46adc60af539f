"""The pages of major incidents."""
