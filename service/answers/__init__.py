"""What comes back by mail: reports of failed delivery, and what calendar programs answer."""
