"""Skills: read, look up, load and run."""
