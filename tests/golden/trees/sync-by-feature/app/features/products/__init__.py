"""Products: table, schemas, data access, endpoints."""
