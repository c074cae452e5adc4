"""Backwright: agent definitions that build verified FastAPI backends."""

__version__ = "0.1.0"
