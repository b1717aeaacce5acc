"""The two commands as a newcomer meets them: what goes wrong is one sentence with the way out."""
