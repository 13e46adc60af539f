"""The review of the log: what the trail says people have read and done, and that it was looked at."""
