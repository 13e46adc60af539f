"""What somebody writes in a report, as values."""
