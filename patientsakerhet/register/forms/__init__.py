"""What people write about parties, products, devices and systems."""
