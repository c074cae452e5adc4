"""Makers of rows, one module per resource."""
