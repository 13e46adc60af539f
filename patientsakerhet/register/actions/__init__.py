"""Everything that changes rows of the register."""
