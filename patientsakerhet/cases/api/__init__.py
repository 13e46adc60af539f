"""The spine's part of the API: cases to read, measures, comments, and what forms refer to."""
