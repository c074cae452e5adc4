"""Agent definitions: read with recovery, and look up."""
