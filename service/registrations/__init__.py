"""Who is or wants to be at an event. Read this feature first."""
