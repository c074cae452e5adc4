"""The database: engine, session, declarative base and column types."""
