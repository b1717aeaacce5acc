"""Stories about the words every feature uses."""
