"""What skills share to write Python: naming, rendering, contributions."""
