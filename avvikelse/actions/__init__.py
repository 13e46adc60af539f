"""What people do with deviations, each act in one transaction."""
