"""Tests of the resources, one module each."""
