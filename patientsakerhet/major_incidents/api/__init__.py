"""Major incidents for programs."""
