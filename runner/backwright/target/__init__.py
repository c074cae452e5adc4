"""The target repository: git, staging, merging, applying."""
