"""Engines: what turns a task into changes of the staged tree."""
