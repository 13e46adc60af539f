"""What changes notices and their recipients, each in one transaction with its trail."""
