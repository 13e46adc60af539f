"""The pages of authority reports."""
