"""What an event asks its guests beyond the card: questions, answers, files."""
