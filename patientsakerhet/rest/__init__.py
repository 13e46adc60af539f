"""What the API is built of: scoped tokens, one answer per idempotency key, versions as ETags."""
