"""Sessions, tracks, rooms, speakers."""
