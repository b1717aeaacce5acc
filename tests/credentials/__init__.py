"""Stories about tickets and typed codes."""
