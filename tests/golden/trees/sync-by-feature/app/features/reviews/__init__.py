"""Reviews: table, schemas, data access, endpoints."""
