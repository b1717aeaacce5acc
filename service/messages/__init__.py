"""What the organizer sees of mails, and reminder rules."""
