"""The register in the API: found, read, kept, and taken in many at a time."""
