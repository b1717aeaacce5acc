"""Everybody the organisation knows, across its events: found, tagged, noted, and doubles made one."""
