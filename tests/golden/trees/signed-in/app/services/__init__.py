"""Rules that are more than data access."""
