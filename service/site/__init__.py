"""Pages for guests: events, registration, own page."""
