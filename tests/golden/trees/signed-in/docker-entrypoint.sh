#!/bin/sh
# Bring the database up to date, then run what the container was started with.
set -eu
alembic upgrade head
exec "$@"
