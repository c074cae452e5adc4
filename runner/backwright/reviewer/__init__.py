"""The reviewer: a model of a FastAPI project, rules as data, a detector for each, and how findings are told."""
