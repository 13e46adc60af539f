"""The room of figures: registered measures, each with the rows behind it."""
