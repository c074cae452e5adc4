"""Notes (MEMORY.md) and history (prompt records)."""
