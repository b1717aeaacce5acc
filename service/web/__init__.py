"""The HTTP edge all features share; knows no feature."""
