"""Diagnosis of complaints, on small apps with one fault each."""
