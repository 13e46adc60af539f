"""The database refuses, whatever code runs."""

from django.db import DatabaseError, transaction


class refused:  # noqa: N801  reads as a sentence in a with statement
    """The database refuses, and says which guard it was."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, kind, error, trace):
        self.block.__exit__(kind, error, trace)
        assert error is not None, f"{self.name} was not refused"
        assert isinstance(error, DatabaseError), error
        named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        assert named == self.name, error
        return True
