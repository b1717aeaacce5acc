"""Countries and companies that bring their people themselves: quotas, focal points, deadlines."""
