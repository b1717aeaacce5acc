"""Hosts, their teams and roles."""
