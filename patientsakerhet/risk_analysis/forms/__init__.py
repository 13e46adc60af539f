"""What somebody writes in an analysis, as values."""
