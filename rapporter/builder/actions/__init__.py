"""What is done with the reports that people build."""
