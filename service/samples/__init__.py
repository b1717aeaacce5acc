"""The three sample events a first start shows."""
