"""Pages that join features for organizers."""
