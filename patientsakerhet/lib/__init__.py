"""Pure helpers that are nobody's in particular; nothing here imports the rest of the product."""
