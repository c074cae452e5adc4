"""The Shop backend."""
