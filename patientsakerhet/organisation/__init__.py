"""Who and where: care providers, the dated unit tree, persons, roles and their dated assignments."""
