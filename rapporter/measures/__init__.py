"""The measures, by what they count."""
