"""Who may log in: accounts, sessions, personal links, API tokens."""
