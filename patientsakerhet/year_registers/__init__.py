"""The registers of the year (årets register): meetings, training, who answers for what, full-time shares."""
