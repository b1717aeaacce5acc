"""Bringing any real list in: read, mapped, looked at row by row, applied, and taken back."""
