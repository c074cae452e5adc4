"""What every resource shares: errors, logging, middleware, lists."""
