"""``make bench``: medians and ratios of whole processes and of generation, in one run."""
