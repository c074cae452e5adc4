"""Tests of generated authentication."""
