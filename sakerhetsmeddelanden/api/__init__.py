"""Safety notices in the API: the same actions and the same words as on the pages."""
