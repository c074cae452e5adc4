"""The golden trees hold tests of their own, which are not ours to run."""

collect_ignore = ["trees"]
