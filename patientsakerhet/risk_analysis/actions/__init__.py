"""What changes analyses: each act one transaction, with the row locked, the trail and the messages."""
