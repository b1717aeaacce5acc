"""Tables of spellings, each of the project's own making after the standards it names."""
