"""The pages that are the same for every kind of case."""
