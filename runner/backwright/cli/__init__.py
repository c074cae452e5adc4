"""Typer commands, one module per noun; no logic."""
