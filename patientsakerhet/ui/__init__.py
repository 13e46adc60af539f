"""What pages are built of: template tags, form renderer, navigation."""
