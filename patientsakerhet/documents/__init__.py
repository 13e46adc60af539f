"""Documents that leave the product: what they say as data, and the same as PDF and Word."""
