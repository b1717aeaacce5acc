"""How well any spelling finds the person."""
