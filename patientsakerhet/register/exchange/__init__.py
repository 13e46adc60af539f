"""The register as files: equipment databases in, the nomenclature in."""
