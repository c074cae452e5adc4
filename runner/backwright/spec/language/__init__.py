"""The language of requests: sentences read by a grammar, and what they mean for a spec."""
