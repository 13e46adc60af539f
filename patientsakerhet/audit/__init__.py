"""The append-only trail of every read and write, chained and sealed in the database."""
