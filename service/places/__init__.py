"""Every counter of places, taken and freed in one statement."""
