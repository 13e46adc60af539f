"""Who reads figures: whoever may read some of what they count."""

from patientsakerhet.access.policy import Can

SOME = (Can.READ, Can.READ_CLASSIFICATION, Can.READ_YEAR_REGISTERS)
"""One of these opens the room; a figure shows its number to whoever may read its rows."""
