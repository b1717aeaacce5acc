"""Badges as PDF."""
