"""What a record says was built: endpoints, schemas, data access, tables, errors, and an example call that works."""
