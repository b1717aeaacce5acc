"""Check-in points, devices, scans and verdicts."""
