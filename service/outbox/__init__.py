"""What must still happen after a commit: task rows and their deliveries."""
