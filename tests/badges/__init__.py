"""Stories about badges."""
