"""The typed model of a backend, and everything that reads input into it."""
