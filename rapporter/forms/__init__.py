"""What somebody asks of the figures."""
