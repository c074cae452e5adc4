"""Tests of what all resources share."""
