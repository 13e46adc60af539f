"""Files in and out: dry run, report, commit."""
