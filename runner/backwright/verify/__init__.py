"""Checks on the staged tree, and the worker that runs them in the target's interpreter."""
