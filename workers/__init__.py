"""Does what the outbox says."""
