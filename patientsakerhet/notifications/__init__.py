"""The outbox: messages promised in the transaction that caused them, delivered later."""
