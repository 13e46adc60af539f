"""The only code that changes cases: permission, lock, change, transition, trail, messages."""
