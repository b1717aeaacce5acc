"""Events and their categories."""
