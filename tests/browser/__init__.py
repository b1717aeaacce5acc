"""A real browser against everything that `up` runs."""
