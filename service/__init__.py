"""What is true about events, and how people reach it."""
