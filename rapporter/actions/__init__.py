"""What changes how figures are shown."""
