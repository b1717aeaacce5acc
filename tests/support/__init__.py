"""Factories and named people for all tests."""
