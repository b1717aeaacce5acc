"""The directory: one card per human being per organisation."""
