"""The deviation's pages, by room."""
