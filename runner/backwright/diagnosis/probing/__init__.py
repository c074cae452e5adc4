"""What runs in the target's interpreter to measure it; needs nothing but the target's own packages."""
