"""What the local commands say when they cannot go on."""


class CannotStart(Exception):
    """Something on this machine stands in the way; the text says what, and what to do about it."""
