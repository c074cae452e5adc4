"""Attacks on a generated backend that runs: real servers, real databases, real HTTP, and nothing may be gained."""
