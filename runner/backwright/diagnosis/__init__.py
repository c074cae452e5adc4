"""Diagnosis: measures the endpoint or setting that a complaint is about, and names causes with what was measured."""
