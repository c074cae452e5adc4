"""The bars of a generated backend, measured with our own configuration of each checker."""
