"""Inviting and answering."""
